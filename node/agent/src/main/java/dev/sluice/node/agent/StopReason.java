package dev.sluice.node.agent;

/// Why a job is ended before its own end.
enum StopReason {
    /// The service wants it: reported as cancelled.
    CANCELLED("cancelled by the service"),
    /// The job's time is over: reported as timed out.
    TIMED_OUT("its timeout is over"),
    /// The service has given it up: not reported.
    LOST("the service has given this attempt up"),
    /// The service was not reached for the length of the lease, and may have given the job to another node.
    LEASE_OVER("the lease ran out"),
    /// This node is being stopped.
    NODE_STOPPING("the node is being stopped");

    private final String words;

    StopReason(String words) {
        this.words = words;
    }

    String words() {
        return words;
    }
}
