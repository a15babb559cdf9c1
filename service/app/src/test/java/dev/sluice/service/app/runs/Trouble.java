package dev.sluice.service.app.runs;

import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// The service's clock and randomness in a simulated world: whenever the service asks for either, it may die. That is
/// before each decision, between a decision and its commit, and between a commit and what follows from it.
final class Trouble implements InstantSource, RandomGenerator {
    /// The process is gone.
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("the service dies", null, false, false);
        }
    }

    private final SplittableRandom dice;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int oneIn;

    Trouble(SplittableRandom dice) {
        this.dice = dice;
    }

    /// @param chance a crash at one of so many occasions; 0 for never
    void crashes(int chance) {
        oneIn = chance;
    }

    Instant now() {
        return now;
    }

    void move(long millis) {
        now = now.plusMillis(millis);
    }

    void occasion() {
        if (oneIn > 0 && dice.nextInt(oneIn) == 0) {
            throw new Crash();
        }
    }

    @Override
    public Instant instant() {
        occasion();
        return now;
    }

    @Override
    public long nextLong() {
        occasion();
        return dice.nextLong();
    }
}
