package dev.sluice.service.run;

/// Where an activity of a run stands.
public enum ActivityStatus {
    /// Its dependencies are not all decided.
    WAITING(false),
    /// A job is in the queue; no node has said that it began.
    QUEUED(false),
    /// A node executes the attempt.
    RUNNING(false),
    /// The last attempt failed; the pause before the next one goes on.
    PAUSED(false),
    /// A Wait activity's time goes on.
    SLEEPING(false),
    /// A container: activities inside it go on.
    CONTAINING(false),
    /// A container of a run that is being cancelled: activities inside it have not ended yet.
    CLOSING(false),
    /// An ExecutePipeline: the run that it called goes on.
    CALLING(false),
    /// A WebHook: the service that was asked has not called back.
    EXPECTING(false),
    /// The run is being cancelled; a node or a called run has been told and has not answered.
    CANCELING(false),
    SUCCEEDED(true),
    FAILED(true),
    SKIPPED(true),
    CANCELLED(true);

    private final boolean ended;

    ActivityStatus(boolean ended) {
        this.ended = ended;
    }

    /// Whether nothing can happen to it any more.
    public boolean ended() {
        return ended;
    }
}
