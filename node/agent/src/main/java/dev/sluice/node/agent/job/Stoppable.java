package dev.sluice.node.agent.job;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.copy.FailureNaming;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.diagnosis.RunFaults;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Runs work that may block on a thread of its own. When the job is cancelled, everything the work has opened is
/// closed and its thread interrupted; it is waited for all the same. At the end everything opened is closed, the last
/// one first.
final class Stoppable {
    /// How often the caller looks whether the job was cancelled.
    private static final long WATCH_MILLIS = 50;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private boolean stopped;

    private Stoppable() {}

    /// Work that says what it opens.
    interface Work<T> {
        T run(Stoppable open) throws Exception;
    }

    /// Runs the work to its end; what it throws is named.
    ///
    /// @param endpoint on whose side a failure is reported
    static <T> T run(JobDocuments documents, Endpoint endpoint, Work<T> work) {
        Stoppable open = new Stoppable();
        Ending<T> ending = new Ending<>();
        Thread thread = Thread.ofPlatform()
                .name(documents.spec().kind() + " " + documents.spec().activityRunId())
                .start(() -> ending.of(open, work));
        boolean interrupted = false;
        boolean told = false;
        while (thread.isAlive()) {
            try {
                thread.join(WATCH_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (!told && (interrupted || documents.watch().cancelled())) {
                told = true;
                open.closeAll();
                thread.interrupt();
            }
        }
        open.closeAll();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (told) {
            throw RunFaults.CANCELLED.problem().evidence("by", "request").exception();
        }
        return ending.result(documents.conditions().memory(), endpoint);
    }

    /// Keeps something that is open.
    synchronized <C extends AutoCloseable> C add(C closeable) {
        open.push(closeable);
        if (stopped) {
            closeAll();
        }
        return closeable;
    }

    private synchronized void closeAll() {
        stopped = true;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                // What has been done stands; a store that cannot close has said so before, or is gone.
                System.getLogger(Stoppable.class.getName()).log(System.Logger.Level.DEBUG, "closing failed", e);
            }
        }
    }

    private static final class Ending<T> {
        private volatile @Nullable T result;
        private volatile @Nullable Throwable failure;

        void of(Stoppable open, Work<T> work) {
            try {
                result = work.run(open);
            } catch (Throwable e) {
                failure = e;
            }
        }

        T result(MemoryBudget memory, Endpoint endpoint) {
            Throwable failed = failure;
            if (failed != null) {
                throw new FailureNaming(memory).name(failed, endpoint, "");
            }
            T done = result;
            if (done == null) {
                throw new IllegalStateException("the work ended without a result");
            }
            return done;
        }
    }
}
