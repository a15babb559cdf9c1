package dev.sluice.wire;

import java.util.List;

/// @param lost jobs of the heartbeat that are no longer this node's (lease ran out, run gone): stop them, do not report
/// @param reseal secrets that this node is to seal for others of its group; said again until it is done
/// @param logs reports for which this node is to send of its log; said again until it has
/// @param coming how the service will be reached one day
public record HeartbeatResponse(
        NodeOrders orders, List<JobRef> lost, List<ResealOrder> reseal, List<LogOrder> logs, Announcement coming) {
    @SuppressWarnings("NullAway") // an older service does not say
    public HeartbeatResponse {
        lost = List.copyOf(lost);
        // Absent from an older service.
        reseal = reseal == null ? List.of() : List.copyOf(reseal);
        logs = logs == null ? List.of() : List.copyOf(logs);
        coming = coming == null ? Announcement.NONE : coming;
    }

    /// Without anything to seal or to send.
    public HeartbeatResponse(NodeOrders orders, List<JobRef> lost) {
        this(orders, lost, List.of(), List.of(), Announcement.NONE);
    }
}
