package dev.sluice.service.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/// SQLite: one process, one writer at a time, so there is nobody to lock out or to tell.
final class SqliteDialect implements Dialect {
    private static final int BUSY = 5;
    private static final int CONSTRAINT = 19;

    @Override
    public String keyType() {
        return "TEXT";
    }

    /// Spoken and not left to the driver, whose own way begins the next transaction at once and so keeps the write
    /// lock while nobody writes.
    @Override
    public void begin(Connection connection, boolean writes) throws SQLException {
        execute(connection, writes ? "BEGIN IMMEDIATE" : "BEGIN");
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
