package dev.sluice.wire;

/// A node as it measures itself.
///
/// @param cpuUtilization percent of all cores
/// @param sentBytes to the network since the node started; likewise received
public record NodeFacts(
        String version,
        long availableMemoryMb,
        int cpuUtilization,
        int concurrentJobsRunning,
        int maxConcurrentJobs,
        double sentBytes,
        double receivedBytes) {}
