package dev.sluice.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the service wants of a node, given with every answer; the newest counts.
///
/// @param cancel jobs to end; repeated until their report is in
/// @param drain take no new jobs
/// @param concurrentJobsLimit jobs at once
/// @param leaseMillis a job whose node is silent that long is given up
/// @param heartbeatMillis how often to send a heartbeat
/// @param update a version to take; null when the node may stay as it is
/// @param expiryMillis a node that is silent that long has to be registered again; 0 when it may be silent for ever, or
///     the service does not say
public record NodeOrders(
        List<JobRef> cancel,
        boolean drain,
        int concurrentJobsLimit,
        long leaseMillis,
        long heartbeatMillis,
        @Nullable UpdateOrder update,
        long expiryMillis) {
    public NodeOrders {
        cancel = List.copyOf(cancel);
    }

    /// Without an update.
    public NodeOrders(
            List<JobRef> cancel, boolean drain, int concurrentJobsLimit, long leaseMillis, long heartbeatMillis) {
        this(cancel, drain, concurrentJobsLimit, leaseMillis, heartbeatMillis, null, 0);
    }
}
