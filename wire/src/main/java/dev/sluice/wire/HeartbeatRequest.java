package dev.sluice.wire;

import java.util.List;

/// A node is alive and so are its jobs.
public record HeartbeatRequest(NodeFacts facts, List<JobProgress> jobs) {
    public HeartbeatRequest {
        jobs = List.copyOf(jobs);
    }
}
