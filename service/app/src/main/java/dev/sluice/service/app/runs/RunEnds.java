package dev.sluice.service.app.runs;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Wakes those who wait for the end of a run, by the commit that ends it. Runs that another process of the service ends
/// are not told of here: who waits looks now and then all the same. Thread-safe.
final class RunEnds {
    private final ConcurrentHashMap<String, Semaphore> awaited = new ConcurrentHashMap<>();

    /// One caller's wait; it is to be opened before the caller looks, so that no end is missed.
    final class Wait implements AutoCloseable {
        private final String runId;
        private final Semaphore told = new Semaphore(0);

        private Wait(String runId) {
            this.runId = runId;
        }

        /// Returns when the run has ended, at the latest after that time.
        void await(Duration longest) throws InterruptedException {
            if (told.tryAcquire(longest.toMillis(), TimeUnit.MILLISECONDS)) {
                told.release();
            }
        }

        @Override
        public void close() {
            awaited.remove(runId, told);
        }
    }

    /// @param runId waited for by this caller only
    Wait of(String runId) {
        Wait wait = new Wait(runId);
        awaited.put(runId, wait.told);
        return wait;
    }

    /// A run's end is committed.
    void tell(String runId) {
        Semaphore told = awaited.get(runId);
        if (told != null) {
            told.release();
        }
    }
}
