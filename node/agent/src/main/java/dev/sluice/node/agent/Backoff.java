package dev.sluice.node.agent;

import java.util.random.RandomGenerator;

/// Waiting times between tries: exponential with full jitter, anything from nothing to a limit that doubles, so
/// that nodes that lost the service at the same moment come back spread over the whole of it; and a budget, so
/// that luck with the dice makes no storm: a try that the budget does not cover waits for at least half of the
/// longest time. For one thread.
final class Backoff {
    /// Tries that may follow each other as the dice will.
    static final int BUDGET = 10;

    private final long firstMillis;
    private final long longestMillis;
    private final RandomGenerator random;
    private int failures;
    private int budget = BUDGET;

    Backoff(long firstMillis, long longestMillis, RandomGenerator random) {
        this.firstMillis = firstMillis;
        this.longestMillis = longestMillis;
        this.random = random;
    }

    /// How long to wait after one more failure.
    long nextMillis() {
        long full = Math.min(longestMillis, firstMillis << Math.min(failures, 30));
        failures++;
        if (budget == 0) {
            return longestMillis / 2 + random.nextLong(longestMillis / 2 + 1);
        }
        budget--;
        return random.nextLong(full + 1);
    }

    int failures() {
        return failures;
    }

    /// After a success. The budget grows back slowly: a service that answers every other time does not renew it.
    void reset() {
        failures = 0;
        budget = Math.min(BUDGET, budget + 1);
    }
}
