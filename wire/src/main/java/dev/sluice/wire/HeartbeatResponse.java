package dev.sluice.wire;

import java.util.List;

/// @param lost jobs of the heartbeat that are no longer this node's (lease ran out, run gone): stop them, do not report
/// @param reseal secrets that this node is to seal for others of its group; said again until it is done
public record HeartbeatResponse(NodeOrders orders, List<JobRef> lost, List<ResealOrder> reseal) {
    public HeartbeatResponse {
        lost = List.copyOf(lost);
        // Absent from an older service.
        reseal = reseal == null ? List.of() : List.copyOf(reseal);
    }

    /// Without anything to seal.
    public HeartbeatResponse(NodeOrders orders, List<JobRef> lost) {
        this(orders, lost, List.of());
    }
}
