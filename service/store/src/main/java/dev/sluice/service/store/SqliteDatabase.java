package dev.sluice.service.store;

import java.nio.file.Path;
import java.sql.Connection;
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
/// before it returns (`synchronous=FULL`).
final class SqliteDatabase implements Database {
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 10_000;

    private final String url;
    private final Dialect dialect = new SqliteDialect();
    private final Connection writer;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final Semaphore reading = new Semaphore(READERS, true);
    private final Deque<Connection> readers = new ArrayDeque<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private boolean closed;

    SqliteDatabase(Path file) {
        this.url = "jdbc:sqlite:" + file.toAbsolutePath();
        try {
            this.writer = connect();
        } catch (SQLException e) {
            throw Transactions.unusable(e);
        }
    }

    private Connection connect() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        return config.createConnection(url);
    }

    @Override
    public <T> T write(Session.Work<T> work) {
        Session session = new Session(writer, dialect);
        T result;
        writing.lock();
        try {
            result = Transactions.run(writer, session, true, work);
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
            Connection connection = borrow();
            try {
                return Transactions.run(connection, new Session(connection, dialect), false, work);
            } finally {
                giveBack(connection);
            }
        } catch (SQLException e) {
            throw Transactions.failure(e);
        } finally {
            reading.release();
        }
    }

    private Connection borrow() throws SQLException {
        synchronized (readers) {
            if (closed) {
                throw new SQLException("the store is closed");
            }
            Connection idle = readers.poll();
            if (idle != null) {
                return idle;
            }
        }
        return connect();
    }

    private void giveBack(Connection connection) throws SQLException {
        synchronized (readers) {
            if (!closed) {
                readers.push(connection);
                return;
            }
        }
        connection.close();
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
                for (Connection reader : readers) {
                    reader.close();
                }
                readers.clear();
            }
            writer.close();
        } catch (SQLException e) {
            throw Transactions.failure(e);
        } finally {
            writing.unlock();
        }
    }
}
