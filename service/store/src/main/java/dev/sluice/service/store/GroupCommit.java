package dev.sluice.service.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Writing transactions of one connection, committed together when several wait: bringing a commit to the disk takes
/// several milliseconds, in which everybody else would stand in line. One thread writes; each transaction lies behind a
/// savepoint of its own, so one that fails takes nothing of the others with it. Nobody gets an answer before the commit
/// that holds his transaction is on the disk, except for those who need not know that it is: a commit of nothing but
/// theirs is not brought there.
///
/// Those who have just been answered often come again at once. So a commit waits a little for as many as there lately
/// were, a fraction of what it takes; somebody who is alone never waits.
///
/// When a commit itself fails, each transaction is run once more, alone: work may be run several times, as elsewhere.
final class GroupCommit implements AutoCloseable {
    /// Most transactions of one commit; a bound for how long the first waits for the last.
    private static final int MOST = 64;

    /// The part of a commit's time that the next one waits for company at most.
    private static final int PATIENCE = 3;

    private static final long MOST_PATIENCE_NANOS = 2_000_000;

    private static final Request<?> END = new Request<>(Dialect.Purpose.WRITE, session -> true);

    private final Statements statements;
    private final Dialect dialect;
    private final BlockingQueue<Request<?>> waiting = new LinkedBlockingQueue<>();
    private final Thread thread =
            Thread.ofPlatform().name("store-writer").daemon().unstarted(this::run);
    private boolean closed;
    private int lastSize;
    private long lastNanos;

    GroupCommit(Statements statements, Dialect dialect) {
        this.statements = statements;
        this.dialect = dialect;
        thread.start();
    }

    /// A transaction that somebody waits for.
    private static final class Request<T> {
        private final Dialect.Purpose purpose;
        private final Session.Work<T> work;
        private final CountDownLatch settled = new CountDownLatch(1);
        private @Nullable Session session;
        private @Nullable T result;
        private @Nullable Throwable failure;

        Request(Dialect.Purpose purpose, Session.Work<T> work) {
            this.purpose = purpose;
            this.work = work;
        }

        /// Does the work; what it throws is kept.
        ///
        /// @return whether it went well
        boolean attempt(Session fresh) {
            session = fresh;
            result = null;
            failure = null;
            try {
                result = work.in(fresh);
                return true;
            } catch (SQLException | RuntimeException | Error e) {
                failure = e;
                return false;
            }
        }

        void failed(SQLException e) {
            failure = e;
        }

        void settle() {
            settled.countDown();
        }

        Committed<T> answer() throws SQLException {
            awaitSettled();
            switch (failure) {
                case null -> {}
                case SQLException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
            Session used = session;
            if (used == null) {
                throw new SQLException("the store is closed");
            }
            @SuppressWarnings("NullAway") // null only where the work itself gives null
            Committed<T> committed = new Committed<>(result, used);
            return committed;
        }

        /// The transaction happens whatever becomes of the caller, so he is not let go before.
        private void awaitSettled() {
            boolean interrupted = false;
            while (true) {
                try {
                    settled.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /// What a transaction gave, and the session that knows whom it woke.
    record Committed<T>(T result, Session session) {}

    /// Runs work in a transaction; returns once it is on the disk, or with [Dialect.Purpose#WRITE_UNSYNCED] committed.
    ///
    /// @throws SQLException when the database refused it, or the store is closed
    <T> Committed<T> write(Dialect.Purpose purpose, Session.Work<T> work) throws SQLException {
        Request<T> request = new Request<>(purpose, work);
        synchronized (waiting) {
            if (closed) {
                throw new SQLException("the store is closed");
            }
            waiting.add(request);
        }
        return request.answer();
    }

    private void run() {
        List<Request<?>> batch = new ArrayList<>();
        boolean open = true;
        while (open) {
            batch.clear();
            gather(batch);
            open = !batch.removeIf(request -> request == END);
            long began = System.nanoTime();
            if (batch.size() < 2 || !together(batch)) {
                batch.forEach(this::alone);
            }
            lastNanos = System.nanoTime() - began;
            lastSize = batch.size();
        }
    }

    /// Who waits now, and for a little while those whom the last commit answered.
    private void gather(List<Request<?>> batch) {
        int expected = Math.min(MOST, lastSize + waiting.size());
        batch.add(take());
        waiting.drainTo(batch, MOST - 1);
        long end = System.nanoTime() + Math.min(lastNanos / PATIENCE, MOST_PATIENCE_NANOS);
        while (batch.size() < expected) {
            Request<?> more = poll(end - System.nanoTime());
            if (more == null) {
                return;
            }
            batch.add(more);
        }
    }

    private Request<?> take() {
        while (true) {
            Request<?> first = poll(Long.MAX_VALUE);
            if (first != null) {
                return first;
            }
        }
    }

    /// Nobody interrupts this thread, which ends by END; if somebody does, it counts as nobody having come.
    private @Nullable Request<?> poll(long nanos) {
        try {
            return waiting.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            return null;
        }
    }

    /// Every transaction of the batch in one commit.
    ///
    /// @return false when the commit failed as a whole: nothing has happened then, and nobody has been answered
    private boolean together(List<Request<?>> batch) {
        boolean done = false;
        try {
            dialect.begin(statements.connection(), purpose(batch));
            try {
                for (Request<?> request : batch) {
                    behindSavepoint(request);
                }
                dialect.commit(statements.connection());
                done = true;
            } finally {
                if (!done) {
                    dialect.rollback(statements.connection());
                }
            }
        } catch (SQLException e) {
            return false;
        }
        batch.forEach(Request::settle);
        return true;
    }

    /// As durable as any of them has to be.
    private static Dialect.Purpose purpose(List<Request<?>> batch) {
        return batch.stream().allMatch(request -> request.purpose == Dialect.Purpose.WRITE_UNSYNCED)
                ? Dialect.Purpose.WRITE_UNSYNCED
                : Dialect.Purpose.WRITE;
    }

    private void behindSavepoint(Request<?> request) throws SQLException {
        Session own = new Session(statements, dialect);
        own.update("SAVEPOINT one");
        if (!request.attempt(new Session(statements, dialect))) {
            own.update("ROLLBACK TO one");
        }
        own.update("RELEASE one");
    }

    private void alone(Request<?> request) {
        boolean done = false;
        try {
            dialect.begin(statements.connection(), request.purpose);
            try {
                if (request.attempt(new Session(statements, dialect))) {
                    dialect.commit(statements.connection());
                    done = true;
                }
            } finally {
                if (!done) {
                    dialect.rollback(statements.connection());
                }
            }
        } catch (SQLException e) {
            request.failed(e);
        }
        request.settle();
    }

    /// Lets what waits be written, then ends.
    @Override
    public void close() {
        synchronized (waiting) {
            closed = true;
            waiting.add(END);
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
