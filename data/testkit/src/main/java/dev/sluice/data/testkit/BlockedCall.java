package dev.sluice.data.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Proves that a call which blocks comes back when something is closed from another thread.
public final class BlockedCall {
    private static final long PATIENCE_SECONDS = 10;

    private BlockedCall() {}

    /// What ends the blocked call.
    @FunctionalInterface
    public interface Close {
        void close() throws Exception;
    }

    /// Starts the call on its own thread, waits until the thread has stopped running, closes, and expects the
    /// call to return or throw.
    public static void endsOn(Callable<?> call, Close close) throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        Thread thread = new Thread(
                () -> {
                    started.countDown();
                    try {
                        call.call();
                    } catch (Exception expected) {
                        assertThat(expected).isNotNull();
                    }
                },
                "blocked-call");
        thread.setDaemon(true);
        thread.start();
        started.await();
        // Any moment will do for closing: before the call blocks, it must not block any more afterwards.
        thread.join(50);
        close.close();
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        assertThat(thread.isAlive())
                .as("still blocked " + PATIENCE_SECONDS + " s after close")
                .isFalse();
    }
}
