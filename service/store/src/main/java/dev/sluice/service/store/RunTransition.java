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
/// called off, which timers are set, which other runs are made, what is said to other runs, and which job's end or
/// letter it came from.
///
/// @param expectedVersion of the state it was decided on; 0 starts the run
/// @param ended nothing more will happen to this run
/// @param run null when its record does not change
/// @param clear names of timers that are no longer wanted
/// @param starts runs that this one calls; those that there are already stay as they are
/// @param letters to other runs; those to runs that have ended or never were are not kept
/// @param toChildren letters to every run that this one called and that has not ended
/// @param ending the job whose end this step answers; null for other steps
/// @param answers the id of the letter that this step answers; null for other steps
/// @param room what must hold for the run to begin; null for other steps
/// @param next whom the end of this run may let begin; null for other steps
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
        List<NewRun> starts,
        List<Letter> letters,
        List<ObjectNode> toChildren,
        @Nullable Ending ending,
        @Nullable String answers,
        @Nullable Room room,
        @Nullable Next next,
        Instant now) {
    public RunTransition {
        activities = List.copyOf(activities);
        queue = List.copyOf(queue);
        cancel = List.copyOf(cancel);
        timers = List.copyOf(timers);
        clear = List.copyOf(clear);
        starts = List.copyOf(starts);
        letters = List.copyOf(letters);
        toChildren = List.copyOf(toChildren);
    }

    /// Whether other runs have something to hear because of this step.
    public boolean speaks() {
        return !starts.isEmpty() || !letters.isEmpty() || !toChildren.isEmpty() || next != null;
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

    /// A run that another one calls.
    ///
    /// @param letter to the new run, for it to begin
    public record NewRun(String runId, JsonNode state, PipelineRun run, ObjectNode letter) {}

    /// Something to be said to a run.
    public record Letter(String runId, ObjectNode body) {}

    /// A letter to the run that has waited longest for a pipeline.
    public record Next(String pipeline, ObjectNode letter) {}

    /// At most so many runs of a pipeline may have begun and not ended, this one included.
    public record Room(String pipeline, int most) {}

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
        /// The job is not held as the ending says (another attempt, another node, already ended), or the letter was
        /// answered before: nothing was written.
        NOT_HELD,
        /// There is no room for the run to begin: nothing was written.
        FULL
    }
}
