package dev.sluice.node.agent;

import dev.sluice.wire.JobProgress;
import dev.sluice.wire.NodeFacts;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node's own view of itself at one moment, for `node status`.
///
/// @param lastContact when the service last answered a heartbeat; null before the first time
/// @param problem why the service cannot be reached, refuses the node, or no worker starts; empty when all is well
/// @param code of that problem in the diagnosis catalogue; empty when all is well
/// @param hop where on the way it lies ([dev.sluice.diagnosis.Hop]); empty when all is well or it has no such place
/// @param pendingReports reports not yet acknowledged
/// @param facts as measured for the last heartbeat; null before the first
/// @param expiryMillis how long the node may be silent until it has to be registered again; 0 for ever
public record AgentStatus(
        State state,
        long pid,
        String nodeName,
        String runtimeName,
        Instant startedAt,
        @Nullable Instant lastContact,
        String problem,
        String code,
        String hop,
        int concurrentJobsLimit,
        List<Job> jobs,
        List<Long> warmWorkers,
        int pendingReports,
        @Nullable NodeFacts facts,
        long expiryMillis) {
    public AgentStatus {
        jobs = List.copyOf(jobs);
        warmWorkers = List.copyOf(warmWorkers);
    }

    /// What the node is about.
    public enum State {
        /// Not yet heard of the service.
        STARTING,
        ONLINE,
        /// In contact, but worker processes cannot be started: takes no jobs until they can.
        LIMITED,
        /// The service wants it to take no new jobs.
        DRAINING,
        /// It takes another version of the software, and no new jobs meanwhile.
        UPGRADING,
        /// The service does not answer.
        OFFLINE,
        /// The service does not want this node.
        REFUSED,
        STOPPING
    }

    /// A job on this node.
    ///
    /// @param workerPid process it runs in; 0 while it waits for one
    public record Job(String kind, String activityName, long workerPid, JobProgress progress) {}
}
