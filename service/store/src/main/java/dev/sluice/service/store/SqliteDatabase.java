package dev.sluice.service.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.sqlite.SQLiteConfig;

/// One SQLite file in WAL mode: one connection that writes, a few that read what is committed. Every commit is on disk
/// before it returns (`synchronous=FULL`), unless the machine is trusted not to fail.
final class SqliteDatabase implements Database {
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 10_000;

    private final String url;
    private final Dialect dialect = new SqliteDialect();
    private final Statements writer;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final Semaphore reading = new Semaphore(READERS, true);
    private final Deque<Statements> readers = new ArrayDeque<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final SQLiteConfig.SynchronousMode synchronous;
    private boolean closed;

    /// @param durable whether a commit outlives a failure of the machine, and not only of this process
    SqliteDatabase(Path file, boolean durable) {
        this.url = "jdbc:sqlite:" + file.toAbsolutePath();
        this.synchronous = durable ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.OFF;
        try {
            this.writer = connect();
        } catch (SQLException e) {
            throw Transactions.unusable(e);
        }
    }

    private Statements connect() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(synchronous);
        config.setBusyTimeout(BUSY_MILLIS);
        return Statements.kept(config.createConnection(url));
    }

    @Override
    public <T> T write(Session.Work<T> work) {
        Session session = new Session(writer, dialect);
        T result;
        writing.lock();
        try {
            result = Transactions.run(writer.connection(), session, true, work);
        } catch (SQLException e) {
            throw Transactions.failure(e);
        } finally {
            writing.unlock();
        }
        session.woken().forEach(group -> listeners.forEach(l -> l.accept(group)));
        return result;
    }

    @Override
    public <T> T read(Session.Work<T> work) {
        reading.acquireUninterruptibly();
        try {
            Statements reader = borrow();
            try {
                return Transactions.run(reader.connection(), new Session(reader, dialect), false, work);
            } finally {
                giveBack(reader);
            }
        } catch (SQLException e) {
            throw Transactions.failure(e);
        } finally {
            reading.release();
        }
    }

    private Statements borrow() throws SQLException {
        synchronized (readers) {
            if (closed) {
                throw new SQLException("the store is closed");
            }
            Statements idle = readers.poll();
            if (idle != null) {
                return idle;
            }
        }
        return connect();
    }

    private void giveBack(Statements reader) throws SQLException {
        synchronized (readers) {
            if (!closed) {
                readers.push(reader);
                return;
            }
        }
        reader.connection().close();
    }

    @Override
    public void onNews(Consumer<String> listener) {
        listeners.add(listener);
    }

    @Override
    public void close() {
        writing.lock();
        try {
            synchronized (readers) {
                closed = true;
                for (Statements reader : readers) {
                    reader.connection().close();
                }
                readers.clear();
            }
            writer.connection().close();
        } catch (SQLException e) {
            throw Transactions.failure(e);
        } finally {
            writing.unlock();
        }
    }
}
