package dev.sluice.acceptance;

import dev.sluice.cli.client.ServiceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A client that starts run after run of a pipeline on a thread of its own, some of them open at a time, whether
/// the service is there or not. What it got no answer for it does not count, and does not ask for again.
final class Orders implements AutoCloseable {
    private static final int OPEN = 6;
    /// Much longer than it takes; a machine may be slow.
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final long PAUSE_NANOS = 100_000_000;

    private final TestFactory factory;
    private final String pipeline;
    private final List<String> acknowledged = new ArrayList<>();
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Throwable failed;

    Orders(TestFactory factory, String pipeline) {
        this.factory = factory;
        this.pipeline = pipeline;
        this.thread = Thread.ofVirtual()
                .uncaughtExceptionHandler((t, e) -> failed = e)
                .start(this::order);
    }

    private void order() {
        List<String> open = new ArrayList<>();
        while (!closed) {
            try {
                open.removeIf(factory::hasEnded);
                if (open.size() < OPEN) {
                    String run = factory.start(pipeline);
                    open.add(run);
                    synchronized (acknowledged) {
                        acknowledged.add(run);
                    }
                }
            } catch (ServiceException unanswered) {
                // It is dead at the moment; nothing was promised.
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// The runs that the service said it would do.
    List<String> acknowledged() {
        synchronized (acknowledged) {
            return List.copyOf(acknowledged);
        }
    }

    /// Fails when the client itself has broken down: nobody orders anything any more then.
    void requireOpen() {
        if (failed != null) {
            throw new AssertionError("the client has stopped", failed);
        }
    }

    /// The orders that are neither refused nor at their end, as they are now.
    List<TestFactory.Run> unfinished() {
        return acknowledged().stream()
                .filter(run -> !factory.hasEnded(run))
                .map(factory::asIs)
                .toList();
    }

    /// Waits until so many more runs are acknowledged.
    void awaitMore(int more) {
        int wanted = acknowledged().size() + more;
        Eventually.value(
                more + " more runs are acknowledged",
                LIMIT,
                () -> failed == null ? acknowledged().size() : wanted,
                seen -> seen >= wanted);
        requireOpen();
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join();
    }
}
