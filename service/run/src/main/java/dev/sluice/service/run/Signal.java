package dev.sluice.service.run;

/// What can reach an activity's current attempt.
enum Signal {
    JOB_STARTED,
    JOB_SUCCEEDED,
    /// The node has asked the service, which will call back.
    ASKED,
    /// The service has called back, and it went well.
    ANSWERED,
    /// The service has called back, and it did not go well.
    ANSWERED_FAILED,
    JOB_FAILED,
    /// The node stopped the job because it was told to, by the service or on the node itself.
    JOB_CANCELLED,
    LEASE_LOST,
    TIMED_OUT,
    RETRY_DUE,
    WAIT_OVER,
    /// Everything inside the container is over, and well.
    BODY_SUCCEEDED,
    /// Everything inside the container is over, and something has failed.
    BODY_FAILED,
    /// The run that was called has succeeded.
    CHILD_SUCCEEDED,
    /// The run that was called has failed or was cancelled.
    CHILD_FAILED,
    CANCEL,
    /// Nodes have had their time to answer a cancellation.
    CANCEL_OVERDUE
}
