package dev.sluice.local;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.copy.Connectors;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.job.JobConditions;
import dev.sluice.node.agent.job.JobCounts;
import dev.sluice.node.agent.job.JobRunner;
import dev.sluice.node.agent.job.JobWatch;
import dev.sluice.node.agent.job.OwnersRules;
import dev.sluice.node.agent.job.SecretOpener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The node's job runner in this process. Secrets come in the clear from a file of the user's, so none is sealed.
final class JobsInProcess implements Jobs {
    private final long memory;
    private final InstantSource clock;
    private final JobRunner runner = new JobRunner(
            Connectors.load(),
            OwnersRules.of(System.getenv("SLUICE_HTTP_HOSTS"), System.getenv("SLUICE_ALLOW_COMMANDS")));
    private final String process = UUID.randomUUID().toString();
    private final Map<String, Watch> running = new ConcurrentHashMap<>();

    /// @param memory bytes of buffers per job
    JobsInProcess(long memory, InstantSource clock) {
        this.memory = memory;
        this.clock = clock;
    }

    @Override
    public JobOutcome run(String id, JobSpec spec, Duration timeout, Counters counters) {
        Watch watch = new Watch(counters, System.nanoTime() + timeout.toNanos());
        running.put(id, watch);
        try {
            Path scratch = Files.createTempDirectory("sluice-run-");
            try {
                return outcome(spec, timeout, watch, scratch);
            } finally {
                delete(scratch);
            }
        } catch (IOException e) {
            return new JobOutcome.Failed(ActivityError.of(
                    DocumentFaults.FILE_UNREADABLE
                            .problem()
                            .evidence("path", System.getProperty("java.io.tmpdir"))
                            .evidence("detail", e.getMessage())
                            .build(),
                    spec.activityName()));
        } finally {
            running.remove(id);
        }
    }

    private JobOutcome outcome(JobSpec spec, Duration timeout, Watch watch, Path scratch) {
        JobConditions conditions = new JobConditions(
                process + "-" + spec.activityRunId() + "-1",
                new MemoryBudget(memory),
                scratch,
                clock,
                "local",
                true,
                Duration.ZERO);
        JobOutcome outcome =
                runner.run(spec, SecretOpener.NONE, conditions, watch).outcome();
        if (outcome instanceof JobOutcome.Cancelled && watch.overdue()) {
            return new JobOutcome.Failed(ActivityError.of(
                    RunFaults.ACTIVITY_TIMED_OUT
                            .problem()
                            .evidence("activity", spec.activityName())
                            .evidence("timeout", timeout)
                            .build(),
                    spec.activityName()));
        }
        return outcome;
    }

    @Override
    public void cancel(String id) {
        Watch watch = running.get(id);
        if (watch != null) {
            watch.cancelled = true;
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        }
    }

    private static final class Watch implements JobWatch {
        private final Counters counters;
        private final long deadline;
        private volatile boolean cancelled;

        Watch(Counters counters, long deadline) {
            this.counters = counters;
            this.deadline = deadline;
        }

        boolean overdue() {
            return System.nanoTime() - deadline > 0;
        }

        @Override
        public boolean cancelled() {
            return cancelled || overdue();
        }

        @Override
        public void progress(JobCounts c) {
            counters.at(c);
        }
    }
}
