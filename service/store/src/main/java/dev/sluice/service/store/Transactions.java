package dev.sluice.service.store;

import dev.sluice.diagnosis.ServiceFaults;
import java.sql.Connection;
import java.sql.SQLException;

/// How both databases run one transaction and say what went wrong with it.
final class Transactions {
    /// How often a transaction is tried that others got in the way of.
    static final int TRIES = 8;

    private Transactions() {}

    /// Work in a transaction of its own; commits, or rolls back on any exception.
    static <T> T run(Connection connection, Session session, Dialect.Purpose purpose, Session.Work<T> work)
            throws SQLException {
        Dialect dialect = session.dialect();
        boolean done = false;
        dialect.begin(connection, purpose);
        try {
            T result = work.in(session);
            dialect.announce(connection, session.woken());
            dialect.commit(connection);
            done = true;
            return result;
        } finally {
            if (!done) {
                dialect.rollback(connection);
            }
        }
    }

    /// The database cannot be opened. The driver's words tell why; they name hosts and users, never passwords.
    static RuntimeException unusable(Exception e) {
        Throwable root = e;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return ServiceFaults.DATABASE_UNUSABLE
                .problem()
                .evidence("detail", String.valueOf(root.getMessage()).strip())
                .from(e)
                .exception();
    }

    /// The store's failure as a problem; SQLite and PostgreSQL messages name tables, never values of ours.
    static RuntimeException failure(SQLException e) {
        return ServiceFaults.UNAVAILABLE
                .problem()
                .evidence("detail", "the database refused (" + e.getSQLState() + ", " + e.getErrorCode() + ")")
                .from(e)
                .exception();
    }
}
