package dev.sluice.wire;

import java.util.List;

/// What the service wants of a node, given with every answer; the newest counts.
///
/// @param cancel jobs to end; repeated until their report is in
/// @param drain take no new jobs
/// @param concurrentJobsLimit jobs at once
/// @param leaseMillis a job whose node is silent that long is given up
/// @param heartbeatMillis how often to send a heartbeat
public record NodeOrders(
        List<JobRef> cancel, boolean drain, int concurrentJobsLimit, long leaseMillis, long heartbeatMillis) {
    public NodeOrders {
        cancel = List.copyOf(cancel);
    }
}
