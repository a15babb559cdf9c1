package dev.sluice.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node as it measures itself.
///
/// @param cpuUtilization percent of all cores
/// @param sentBytes to the network since the node started; likewise received
/// @param sentPerSecond bytes, since it measured before; likewise received
/// @param condition whether it can do its work; null from a node that does not say
/// @param breakers of the stores that failed since they last answered; at most [#MOST_BREAKERS]
/// @param update how its last update went or goes; null when there was none
/// @param pause the last while in which it stood still; null when there was none since it started
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
        @Nullable NodeCondition condition,
        List<StoreBreaker> breakers,
        @Nullable NodeUpdate update,
        @Nullable NodePause pause) {
    public static final int MOST_BREAKERS = 50;

    @SuppressWarnings("NullAway") // an older node does not say
    public NodeFacts {
        breakers = breakers == null
                ? List.of()
                : breakers.stream().limit(MOST_BREAKERS).toList();
    }

    /// From a node without breakers that was never updated.
    public NodeFacts(
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
        this(
                version,
                availableMemoryMb,
                cpuUtilization,
                concurrentJobsRunning,
                maxConcurrentJobs,
                sentBytes,
                receivedBytes,
                sentPerSecond,
                receivedPerSecond,
                condition,
                List.of(),
                null,
                null);
    }

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
