package dev.sluice.ssis.engine.tasks;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Work that does not end by an interrupt but by a call to somebody else: a statement that is cancelled at the server.
final class Interruptible {
    private Interruptible() {}

    /// Takes the way to stop what is being done now.
    interface Cancel {
        void by(Stop stop);
    }

    interface Stop {
        void stop() throws SQLException;
    }

    interface Work {
        @Nullable
        Object run(Cancel cancel);
    }

    /// Runs the work on a thread of its own and waits for it. An interrupt stops the work, waits for its end and goes
    /// on as [InterruptedException].
    static @Nullable Object run(Work work) throws InterruptedException {
        AtomicReference<@Nullable Stop> stop = new AtomicReference<>();
        CompletableFuture<@Nullable Object> end = new CompletableFuture<>();
        Callable<@Nullable Object> callable = () -> work.run(stop::set);
        // A platform thread: tasks read pipes and call native code, which would hold the carriers of virtual ones.
        Thread thread = Thread.ofPlatform().daemon().name("ssis work").start(() -> {
            try {
                end.complete(callable.call());
            } catch (Throwable e) {
                end.completeExceptionally(e);
            }
        });
        try {
            return end.get();
        } catch (InterruptedException e) {
            stop(stop.get(), thread);
            throw e;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException r) {
                throw r;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static void stop(@Nullable Stop stop, Thread thread) {
        try {
            if (stop != null) {
                stop.stop();
            }
        } catch (SQLException e) {
            // The server does not take it; then the connection is what ends.
            thread.interrupt();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                if (!thread.join(java.time.Duration.ofSeconds(10))) {
                    thread.interrupt();
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
