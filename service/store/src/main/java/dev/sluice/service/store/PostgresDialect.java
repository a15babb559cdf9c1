package dev.sluice.service.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/// PostgreSQL. One claimer per group at a time takes a batch, which is faster than many that skip each other's rows.
final class PostgresDialect implements Dialect {
    static final String CHANNEL = "sluice_work";

    /// First keys of our advisory locks: "slce" and one more.
    private static final int GROUP_LOCK = 0x736c6365;

    private static final int MIGRATION_LOCK = GROUP_LOCK + 1;

    @Override
    public String keyType() {
        return "TEXT COLLATE \"C\"";
    }

    @Override
    public String bytesType() {
        return "BYTEA";
    }

    /// The driver begins with the first statement.
    @Override
    public void begin(Connection connection, Purpose purpose) throws SQLException {
        if (purpose == Purpose.WRITE_UNSYNCED) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL synchronous_commit = off");
            }
        }
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        connection.rollback();
    }

    @Override
    public void lockGroup(Connection connection, String group) throws SQLException {
        lock(connection, GROUP_LOCK, group.hashCode());
    }

    @Override
    public void lockMigrations(Connection connection) throws SQLException {
        lock(connection, MIGRATION_LOCK, 0);
    }

    private static void lock(Connection connection, int first, int second) throws SQLException {
        try (PreparedStatement s = connection.prepareStatement("SELECT pg_advisory_xact_lock(?, ?)")) {
            s.setInt(1, first);
            s.setInt(2, second);
            s.execute();
        }
    }

    @Override
    public void announce(Connection connection, Set<String> groups) throws SQLException {
        try (PreparedStatement s = connection.prepareStatement("SELECT pg_notify('" + CHANNEL + "', ?)")) {
            for (String group : groups) {
                s.setString(1, group);
                s.execute();
            }
        }
    }

    /// Serialization failure and deadlock.
    @Override
    public boolean passing(SQLException e) {
        return "40001".equals(e.getSQLState()) || "40P01".equals(e.getSQLState());
    }

    @Override
    public boolean duplicate(SQLException e) {
        return "23505".equals(e.getSQLState());
    }
}
