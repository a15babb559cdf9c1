package dev.sluice.wire;

import java.util.List;

/// @param lost jobs of the heartbeat that are no longer this node's (lease ran out, run gone): stop them, do not report
public record HeartbeatResponse(NodeOrders orders, List<JobRef> lost) {
    public HeartbeatResponse {
        lost = List.copyOf(lost);
    }
}
