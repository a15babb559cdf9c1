package dev.sluice.service.app.runs;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread that does rounds of work: when something is due, when it is poked, and every half second in any case, for
/// what other replicas have written. Never a busy loop, even when what is due cannot be dealt with; a round that fails
/// is logged and followed by the next one.
public final class Clockwork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Clockwork.class);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(20);
    private static final long CLOSING_MILLIS = 5_000;

    private final String name;
    private final InstantSource clock;
    private final Runnable round;
    private final Supplier<Optional<Instant>> nextDue;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread thread;
    private boolean poked;
    private boolean closed;

    /// @param name of the thread
    /// @param round what is done; may poke
    /// @param nextDue when the next round is wanted; empty when nothing is waited for
    public Clockwork(String name, InstantSource clock, Runnable round, Supplier<Optional<Instant>> nextDue) {
        this.name = name;
        this.clock = clock;
        this.round = round;
        this.nextDue = nextDue;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /// Something has changed: the next round is at once. On any thread, before the start and after the end as well.
    public void poke() {
        lock.lock();
        try {
            poked = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (pause()) {
            try {
                round.run();
            } catch (RuntimeException e) {
                LOG.error("a round of {} failed; the next one follows", name, e);
            }
        }
    }

    /// @return whether to go on
    private boolean pause() {
        long nanos = untilDue().toNanos();
        lock.lock();
        try {
            while (!closed && !poked && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
            poked = false;
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private Duration untilDue() {
        try {
            Duration until = nextDue.get()
                    .map(due -> Duration.between(clock.instant(), due))
                    .orElse(LONGEST_PAUSE);
            Duration bounded = until.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : until;
            return bounded.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : bounded;
        } catch (RuntimeException e) {
            LOG.error("{}: what is due cannot be read", name, e);
            return LONGEST_PAUSE;
        }
    }

    /// Ends after the round under way; waits for it, but not for long.
    @Override
    public void close() throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.join(CLOSING_MILLIS);
    }
}
