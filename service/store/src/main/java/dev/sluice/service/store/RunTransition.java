package dev.sluice.service.store;

import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.wire.JobRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One step of one run, written whole or not at all: the new state, what history shows, which jobs are queued or
/// called off, which timers are set, and which job's end it came from.
///
/// @param expectedVersion of the state it was decided on; 0 starts the run
/// @param ended nothing more will happen to this run
/// @param run null when its record does not change
/// @param clear names of timers that are no longer wanted
/// @param ending the job whose end this step answers; null for other steps
public record RunTransition(
        String factory,
        String runId,
        long expectedVersion,
        JsonNode state,
        boolean ended,
        @Nullable PipelineRun run,
        List<ActivityRun> activities,
        List<NewJob> queue,
        List<JobRef> cancel,
        List<Timer> timers,
        List<String> clear,
        @Nullable Ending ending,
        Instant now) {
    public RunTransition {
        activities = List.copyOf(activities);
        queue = List.copyOf(queue);
        cancel = List.copyOf(cancel);
        timers = List.copyOf(timers);
        clear = List.copyOf(clear);
    }

    /// A job for the nodes of a group.
    ///
    /// @param activity what of the run it executes
    /// @param group whose nodes may take it
    /// @param priority higher goes first
    public record NewJob(
            JobRef job,
            String activity,
            String group,
            String kind,
            int priority,
            long timeoutMillis,
            ObjectNode spec) {}

    /// A wish to be told when a time has come. Setting a timer of the same name again moves it.
    public record Timer(String name, Instant due) {}

    /// The end of a job.
    ///
    /// @param node that holds it; null when whoever says so is the service itself (lease ran out, never leased)
    /// @param expiredBy the lease must have run out by then; null when it does not matter
    /// @param how a word for the record: `reported`, `lost`
    public record Ending(
            JobRef job, @Nullable String node, @Nullable Instant expiredBy, String how) {
        public Ending(JobRef job, @Nullable String node, String how) {
            this(job, node, null, how);
        }
    }

    /// What became of it.
    public enum Result {
        APPLIED,
        /// The run has moved on: load it and decide again.
        STALE,
        /// The job is not held as the ending says (another attempt, another node, already ended): nothing was written.
        NOT_HELD
    }
}
