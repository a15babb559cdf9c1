package dev.sluice.service.store;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.sqlite.SQLiteConfig;

/// One SQLite file in WAL mode: one connection that writes ([GroupCommit]), a few that read what is committed. Every
/// commit is on disk before it returns (`synchronous=FULL`), unless it need not or the machine is trusted not to fail.
final class SqliteDatabase implements Database {
    private static final int READERS = 4;
    private static final int BUSY_MILLIS = 10_000;

    /// Pages of the log that are brought into the file at a time: pages written again and again meanwhile are brought
    /// once. 16 MB.
    private static final int CHECKPOINT_PAGES = 4_000;

    /// Memory for pages of each connection, in KiB.
    private static final int CACHE_KIB = 16 << 10;

    private final String url;
    private final Dialect dialect;
    private final Statements writer;
    private final GroupCommit commits;
    private final Semaphore reading = new Semaphore(READERS, true);
    private final Deque<Statements> readers = new ArrayDeque<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final SQLiteConfig.SynchronousMode synchronous;
    private boolean closed;

    /// @param durable whether a commit outlives a failure of the machine, and not only of this process
    SqliteDatabase(Path file, boolean durable) {
        this.url = "jdbc:sqlite:" + file.toAbsolutePath();
        this.dialect = new SqliteDialect(durable);
        this.synchronous = durable ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.OFF;
        try {
            this.writer = connect();
        } catch (SQLException e) {
            throw Transactions.unusable(e);
        }
        this.commits = new GroupCommit(writer, dialect);
    }

    private Statements connect() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(synchronous);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setCacheSize(-CACHE_KIB);
        config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, Integer.toString(CHECKPOINT_PAGES));
        return Statements.kept(config.createConnection(url));
    }

    @Override
    public <T> T write(Session.Work<T> work) {
        return write(Dialect.Purpose.WRITE, work);
    }

    @Override
    public <T> T writeUnsynced(Session.Work<T> work) {
        return write(Dialect.Purpose.WRITE_UNSYNCED, work);
    }

    private <T> T write(Dialect.Purpose purpose, Session.Work<T> work) {
        try {
            GroupCommit.Committed<T> committed = commits.write(purpose, work);
            committed.session().woken().forEach(group -> listeners.forEach(l -> l.accept(group)));
            return committed.result();
        } catch (SQLException e) {
            throw Transactions.failure(e);
        }
    }

    @Override
    public <T> T read(Session.Work<T> work) {
        reading.acquireUninterruptibly();
        try {
            Statements reader = borrow();
            try {
                return Transactions.run(reader.connection(), new Session(reader, dialect), Dialect.Purpose.READ, work);
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
        commits.close();
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
        }
    }
}
