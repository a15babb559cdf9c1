package dev.sluice.acceptance;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Waits for what another process is going to do: looks again and again, and fails with what it saw last.
final class Eventually {
    /// Long enough for a machine that is busy with other tests.
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private Eventually() {}

    static void holds(String what, Callable<Boolean> condition) {
        value(what, condition, met -> met);
    }

    static <T> T value(String what, Callable<T> source, Predicate<T> wanted) {
        return value(what, LIMIT, source, wanted);
    }

    /// A look that throws counts as not yet.
    static <T> T value(String what, Duration limit, Callable<T> source, Predicate<T> wanted) {
        long end = System.nanoTime() + limit.toNanos();
        Object last;
        Exception thrown = null;
        do {
            long looked = System.nanoTime();
            try {
                T seen = source.call();
                if (wanted.test(seen)) {
                    return seen;
                }
                last = seen;
                thrown = null;
            } catch (Exception e) {
                last = e;
                thrown = e;
            }
            // A look that starts a program costs more than what it looks at should.
            LockSupport.parkNanos(Math.max(LOOK_NANOS, 2 * (System.nanoTime() - looked)));
        } while (System.nanoTime() < end && !Thread.currentThread().isInterrupted());
        throw new AssertionError("not within " + limit.toSeconds() + " s: " + what + "; last seen: " + last, thrown);
    }
}
