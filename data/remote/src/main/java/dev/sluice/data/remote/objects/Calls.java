package dev.sluice.data.remote.objects;

import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Sends a store's requests: not too many at once, repeated where that may help, failures named. Thread-safe.
public final class Calls {
    private final String store;
    private final Semaphore connections;
    private final RetryPolicy retries;
    private final RetryBudget budget = new RetryBudget();
    private final JobContext job;

    /// Says what a request's failure means.
    public interface Naming {
        ProblemException named(Exception e);
    }

    /// @param store the linked service's name
    /// @param connections most requests under way at once
    public Calls(String store, int connections, RetryPolicy retries, JobContext job) {
        this.store = store;
        this.connections = new Semaphore(connections);
        this.retries = retries;
        this.job = job;
    }

    /// The requests of one file or listing.
    public Scope scope() {
        return new Scope();
    }

    /// Requests that end together: closing it, from any thread, ends those under way and refuses new ones.
    public final class Scope implements AutoCloseable {
        private final Set<Thread> running = new HashSet<>();
        private final CountDownLatch closed = new CountDownLatch(1);

        /// @throws IOException when the scope was closed before or meanwhile
        public <T> T run(Naming naming, Callable<T> request) throws IOException {
            for (int tries = 1; ; tries++) {
                try {
                    T answer = once(naming, request);
                    budget.succeeded();
                    return answer;
                } catch (ProblemException e) {
                    if (job.cancelled() || !retries.allows(e.problem().fault(), tries) || !budget.take()) {
                        throw e;
                    }
                    pause(tries);
                }
            }
        }

        private <T> T once(Naming naming, Callable<T> request) throws IOException {
            enter();
            try {
                connections.acquire();
                try {
                    return request.call();
                } finally {
                    connections.release();
                }
            } catch (Exception e) {
                throw failure(e, naming);
            } finally {
                leave();
            }
        }

        private ProblemException failure(Exception e, Naming naming) throws IOException {
            if (isClosed()) {
                throw ended();
            }
            if (e instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("interrupted while waiting for " + store);
            }
            return naming.named(e);
        }

        private synchronized void enter() throws IOException {
            if (isClosed()) {
                throw ended();
            }
            running.add(Thread.currentThread());
        }

        /// An interrupt that [#close()] meant for the request must not hit what the thread does next.
        private synchronized void leave() {
            running.remove(Thread.currentThread());
            if (isClosed()) {
                Thread.interrupted();
            }
        }

        private void pause(int tries) throws IOException {
            pause(retries.pause(tries));
        }

        /// Waits so long, as a store has asked for; closing ends it.
        ///
        /// @throws IOException when the scope is closed meanwhile
        public void pause(Duration time) throws IOException {
            try {
                if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                    throw ended();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("interrupted while waiting for " + store);
            }
        }

        private IOException ended() {
            return new IOException("closed while " + store + " was in use");
        }

        public boolean isClosed() {
            return closed.getCount() == 0;
        }

        @Override
        public synchronized void close() {
            if (!isClosed()) {
                closed.countDown();
                running.forEach(Thread::interrupt);
            }
        }
    }
}
