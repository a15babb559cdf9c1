package dev.sluice.service.run;

import dev.sluice.model.job.JobOutcome;
import java.time.Duration;

/// What can happen to a run. Events may come twice, late or in another order than they happened: those that no longer
/// apply change nothing. Activities are named by their path in the run; attempts count from 1.
public sealed interface Event {
    Moment moment();

    /// The run may begin: it was accepted and its pipeline's concurrency leaves room.
    record RunRequested(Moment moment) implements Event {}

    /// A node has begun to execute an attempt.
    record JobStarted(Moment moment, String activity, int attempt, String node) implements Event {}

    /// A node has reported how an attempt ended.
    record JobEnded(Moment moment, String activity, int attempt, JobOutcome outcome) implements Event {}

    /// A service that a WebHook asked has called back.
    ///
    record CalledBack(Moment moment, String activity, int attempt, Callback callback) implements Event {}

    /// The node that held an attempt has not been heard of for the time of its lease. Counts as a failed attempt.
    record LeaseLost(Moment moment, String activity, int attempt, String node, Duration lease) implements Event {}

    /// A timer set by [Command.SetTimer] is due.
    record TimerFired(Moment moment, String name) implements Event {}

    /// A run that an activity called has ended.
    record ChildEnded(Moment moment, Letter.ChildEnded child) implements Event {}

    /// Somebody wants the run to stop.
    ///
    /// @param by who, for people
    /// @param recursive whether the runs that it called are to stop too; otherwise they go on
    record CancelRequested(Moment moment, String by, boolean recursive) implements Event {
        public CancelRequested(Moment moment, String by) {
            this(moment, by, false);
        }
    }
}
