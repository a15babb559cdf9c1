package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.StoreBreaker;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The circuit breaker of one node, as one process of the service sees it. Thread-safe.
///
/// Closed: it gets jobs. After [#FAILURES] jobs in a row that failed by the node's own fault, of at least two
/// activities, it opens: the node gets none while another one of its group can take them. When the pause is over it is
/// half-open: one job is the probe. If that job does not fail by the node's fault the circuit closes, else it opens
/// for twice as long, at most [#LONGEST]. A single activity that kills every worker that runs it opens nothing.
final class NodeCircuit {
    /// In a row, with no job between that the node did.
    static final int FAILURES = 5;

    static final Duration FIRST = Duration.ofSeconds(15);
    static final Duration LONGEST = Duration.ofMinutes(5);

    /// What says that the node's own processes are broken. Memory that a job uses up and drivers that one store needs
    /// tell of the job.
    private static final Set<String> OWN = Set.of(NodeFaults.WORKER_DIED.code(), NodeFaults.INTERNAL.code());

    private final Set<String> activities = new HashSet<>();
    private int failures;
    private int openings;
    private @Nullable Instant until;
    private @Nullable JobRef probe;
    private String code = "";

    /// What there is to show of a node that failed since it last did a job.
    ///
    /// @param state as of a [StoreBreaker]
    /// @param until when an open one gets a job; null for a closed one
    record Shown(String state, int failures, @Nullable Instant until, String code) {
        boolean aside() {
            return !state.equals(StoreBreaker.CLOSED);
        }
    }

    /// How many new jobs the node may have.
    ///
    /// @param others whether another node of the group can take jobs: without one, a doubtful node is better
    ///     than none
    /// @param held what the node holds; a probe that it does not hold any more came back untouched
    synchronized int slots(int free, boolean others, List<JobRef> held, Instant now) {
        Instant pause = until;
        if (pause == null || !others) {
            return free;
        }
        if (probe != null && !held.contains(probe)) {
            probe = null;
        }
        return probe != null || now.isBefore(pause) ? 0 : Math.min(free, 1);
    }

    /// The node was given these jobs.
    synchronized void given(List<JobRef> jobs) {
        if (until != null && probe == null && !jobs.isEmpty()) {
            probe = jobs.getFirst();
        }
    }

    /// A job that the node held has ended.
    ///
    /// @param activity tells activities of runs apart
    synchronized void ended(JobRef job, String activity, JobOutcome outcome, Instant now) {
        switch (outcome) {
            case JobOutcome.Succeeded succeeded -> close();
            case JobOutcome.Failed failed -> {
                String why = failed.error().details().stream()
                        .findFirst()
                        .map(ActivityError.Detail::code)
                        .orElse("");
                if (OWN.contains(why)) {
                    failed(job, activity, why, now);
                } else if (why.equals(NodeFaults.NODE_STOPPED.code()) || why.equals(NodeFaults.OUT_OF_MEMORY.code())) {
                    release(job);
                } else {
                    close();
                }
            }
            case JobOutcome.Cancelled cancelled -> release(job);
        }
    }

    /// The node's process died with jobs: one failure, however many they were.
    synchronized void died(List<JobRef> jobs, String activity, Instant now) {
        if (!jobs.isEmpty()) {
            JobRef tried = probe;
            JobRef counted = tried != null && jobs.contains(tried) ? tried : jobs.getFirst();
            failed(counted, activity, NodeFaults.NODE_STOPPED.code(), now);
        }
    }

    private void close() {
        activities.clear();
        failures = 0;
        openings = 0;
        until = null;
        probe = null;
        code = "";
    }

    /// The probe ended without a word about the node: the next job tries it.
    private void release(JobRef job) {
        if (job.equals(probe)) {
            probe = null;
        }
    }

    private void failed(JobRef job, String activity, String why, Instant now) {
        failures++;
        code = why;
        if (activities.size() < FAILURES) {
            activities.add(activity);
        }
        boolean probed = job.equals(probe);
        boolean enough = failures >= FAILURES && activities.size() > 1;
        // What it had before it was set aside ends as it ends; only the probe makes the pause longer.
        if (until == null ? enough : probed) {
            long pause = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(openings, 10));
            openings++;
            until = now.plusMillis(pause);
            probe = null;
        }
    }

    /// Empty for a node that did its last job.
    synchronized Optional<Shown> shown(Instant now) {
        if (failures == 0) {
            return Optional.empty();
        }
        String state =
                until == null ? StoreBreaker.CLOSED : now.isBefore(until) ? StoreBreaker.OPEN : StoreBreaker.HALF_OPEN;
        return Optional.of(new Shown(state, failures, until, code));
    }
}
