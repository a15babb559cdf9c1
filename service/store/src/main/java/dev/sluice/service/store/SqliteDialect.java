package dev.sluice.service.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/// SQLite: one process, one writer at a time, so there is nobody to lock out or to tell. One per database, because it
/// remembers how its one writing connection is set.
final class SqliteDialect implements Dialect {
    private static final int BUSY = 5;
    private static final int CONSTRAINT = 19;

    private final boolean durable;
    private Purpose last = Purpose.WRITE;

    /// @param durable whether the writing connection was opened with `synchronous=FULL`; else it stays as it is
    SqliteDialect(boolean durable) {
        this.durable = durable;
    }

    @Override
    public String keyType() {
        return "TEXT";
    }

    @Override
    public String bytesType() {
        return "BLOB";
    }

    /// Spoken and not left to the driver, whose own way begins the next transaction at once and so keeps the write
    /// lock while nobody writes.
    @Override
    public void begin(Connection connection, Purpose purpose) throws SQLException {
        if (purpose == Purpose.READ) {
            execute(connection, "BEGIN");
        } else {
            sync(connection, purpose);
            execute(connection, "BEGIN IMMEDIATE");
        }
    }

    /// With NORMAL the log is written at a commit and not brought to the disk; the next commit with FULL brings all of
    /// it. Called on the thread that writes.
    private void sync(Connection connection, Purpose purpose) throws SQLException {
        if (durable && purpose != last) {
            execute(connection, "PRAGMA synchronous = " + (purpose == Purpose.WRITE ? "FULL" : "NORMAL"));
            last = purpose;
        }
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        execute(connection, "ROLLBACK");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void lockGroup(Connection connection, String group) {
        // The only writer holds the database already.
    }

    @Override
    public void lockMigrations(Connection connection) {
        // As above.
    }

    @Override
    public void announce(Connection connection, Set<String> groups) {
        // There are no other processes.
    }

    @Override
    public boolean passing(SQLException e) {
        return (e.getErrorCode() & 0xff) == BUSY;
    }

    @Override
    public boolean duplicate(SQLException e) {
        return (e.getErrorCode() & 0xff) == CONSTRAINT;
    }
}
