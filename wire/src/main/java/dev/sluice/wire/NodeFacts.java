package dev.sluice.wire;

import org.jspecify.annotations.Nullable;

/// A node as it measures itself.
///
/// @param cpuUtilization percent of all cores
/// @param sentBytes to the network since the node started; likewise received
/// @param sentPerSecond bytes, since it measured before; likewise received
/// @param condition whether it can do its work; null from a node that does not say
public record NodeFacts(
        String version,
        long availableMemoryMb,
        int cpuUtilization,
        int concurrentJobsRunning,
        int maxConcurrentJobs,
        double sentBytes,
        double receivedBytes,
        long sentPerSecond,
        long receivedPerSecond,
        @Nullable NodeCondition condition) {
    /// From a node that says neither how busy its network is nor what ails it.
    public NodeFacts(
            String version,
            long availableMemoryMb,
            int cpuUtilization,
            int concurrentJobsRunning,
            int maxConcurrentJobs,
            double sentBytes,
            double receivedBytes) {
        this(
                version,
                availableMemoryMb,
                cpuUtilization,
                concurrentJobsRunning,
                maxConcurrentJobs,
                sentBytes,
                receivedBytes,
                0,
                0,
                null);
    }
}
