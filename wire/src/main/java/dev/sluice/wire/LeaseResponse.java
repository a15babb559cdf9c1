package dev.sluice.wire;

import java.util.List;

/// @param jobs leased to this node from now on; empty when the wait was in vain
public record LeaseResponse(List<JobOffer> jobs, NodeOrders orders) {
    public LeaseResponse {
        jobs = List.copyOf(jobs);
    }
}
