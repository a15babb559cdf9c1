package dev.sluice.service.run;

import dev.sluice.model.job.JobSpec;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import java.time.Duration;
import java.time.Instant;

/// What a decision wants done. All commands of a decision are stored in one transaction with the new state.
public sealed interface Command {
    /// Puts a job into the queue of a runtime.
    ///
    /// @param activity the activity's path in the run; with `attempt` it identifies the job within the run
    /// @param attempt from 1; a report for another attempt is refused
    /// @param runtimeName the integration runtime whose nodes may take it, as spelled in its document or reference
    /// @param timeout of the attempt, waiting in the queue included; the decider's own timer enforces it
    record StartJob(String activity, int attempt, String runtimeName, JobSpec spec, Duration timeout)
            implements Command {}

    /// Takes a job out of the queue, or tells its node to stop. To be ignored when the job is over.
    record CancelJob(String activity, int attempt) implements Command {}

    /// Makes another run, queued, and sends it [Letter.Begin]. To be ignored when there is a run of that id.
    ///
    /// @param admitted the new run's first state and record
    record StartRun(Decision admitted) implements Command {}

    /// Sends a letter to another run; to be ignored when there is no such run or it has ended.
    record Send(String runId, Letter letter) implements Command {}

    /// Sends a letter to every run that this one called and that has not ended.
    record SendToChildren(Letter letter) implements Command {}

    /// Wants [Event.TimerFired] with this name at that time or soon after; a timer of the same name is replaced.
    record SetTimer(String name, Instant at) implements Command {}

    /// Wants no event from this timer any more; to be ignored when there is none.
    record ClearTimer(String name) implements Command {}

    /// Stores an activity run; the record of the same `activityRunId` is replaced.
    ///
    /// @param activity the activity's path in the run
    record RecordActivity(String activity, ActivityRun run) implements Command {
        /// Of an activity in the pipeline's own list: its path is its name.
        RecordActivity(ActivityRun run) {
            this(run.activityName(), run);
        }
    }

    /// Stores the pipeline run; the record of the same `runId` is replaced.
    record RecordRun(PipelineRun run) implements Command {}
}
