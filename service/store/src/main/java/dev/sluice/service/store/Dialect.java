package dev.sluice.service.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;

/// What differs between the two databases.
interface Dialect {
    /// The column type of keys: text that is compared and sorted by its code units.
    String keyType();

    /// The column type of bytes.
    String bytesType();

    void begin(Connection connection, Purpose purpose) throws SQLException;

    /// What a transaction is for.
    enum Purpose {
        READ,
        /// On the disk when its commit returns.
        WRITE,
        /// On the disk some time after its commit, and before any commit that comes later.
        WRITE_UNSYNCED
    }

    void commit(Connection connection) throws SQLException;

    void rollback(Connection connection) throws SQLException;

    /// Keeps others from leasing jobs of this group until the transaction ends.
    void lockGroup(Connection connection, String group) throws SQLException;

    /// Keeps others from migrating until the transaction ends.
    void lockMigrations(Connection connection) throws SQLException;

    /// Tells other processes on the same database that these groups have work, when the transaction commits.
    void announce(Connection connection, Set<String> groups) throws SQLException;

    /// Whether the transaction failed only because of others at the same time.
    boolean passing(SQLException e);

    /// Whether a unique key was hurt.
    boolean duplicate(SQLException e);
}
