package dev.sluice.node.agent;

import java.util.random.RandomGenerator;

/// Waiting times between tries: doubling from the first to the longest, each shortened at random by up to half, so
/// that nodes that lost the service at the same moment do not come back at the same moment. For one thread.
final class Backoff {
    private final long firstMillis;
    private final long longestMillis;
    private final RandomGenerator random;
    private int failures;

    Backoff(long firstMillis, long longestMillis, RandomGenerator random) {
        this.firstMillis = firstMillis;
        this.longestMillis = longestMillis;
        this.random = random;
    }

    /// How long to wait after one more failure.
    long nextMillis() {
        long full = Math.min(longestMillis, firstMillis << Math.min(failures, 30));
        failures++;
        return full - random.nextLong(full / 2 + 1);
    }

    int failures() {
        return failures;
    }

    void reset() {
        failures = 0;
    }
}
