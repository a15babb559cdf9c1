package dev.sluice.service.run;

/// What an activity does on a signal.
enum Reaction {
    /// Nothing: the signal is late or does not concern this status.
    IGNORE,
    /// The attempt is now being executed.
    MARK_RUNNING,
    /// The activity has succeeded.
    SUCCEED,
    /// The service has been asked: the time for its callback begins.
    EXPECT,
    /// The attempt has failed: another one after a pause if the policy allows it, else the activity has failed.
    FAIL_OR_RETRY,
    /// As FAIL_OR_RETRY without the pause, which is for what failed to recover: a lost node is replaced by others.
    FAIL_OR_RETRY_AT_ONCE,
    /// As FAIL_OR_RETRY, and the job, or everything inside the container, is to be stopped.
    STOP_AND_FAIL_OR_RETRY,
    /// The next attempt begins.
    RETRY,
    /// The job is to be stopped; the activity waits for the node's answer.
    STOP,
    /// The container waits until everything inside it, which is being cancelled too, has ended.
    CLOSE,
    /// The job is to be stopped; no node has begun, so the activity is cancelled at once.
    STOP_AND_CANCEL,
    /// The called run goes on by itself and the activity is cancelled; when that run is being cancelled too, the
    /// activity waits for its end.
    LEAVE,
    /// The activity is cancelled.
    CANCEL
}
