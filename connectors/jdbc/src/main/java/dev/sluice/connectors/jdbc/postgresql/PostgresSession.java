package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.diagnosis.ProblemException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/// One connection, with its problems named. Used by one thread at a time, except [#abort()].
final class PostgresSession implements AutoCloseable {
    /// Limit for looking things up where the linked service sets none: a locked table must not hold a job for ever.
    private static final int PLANNING_SECONDS = 300;

    private static final System.Logger LOG = System.getLogger(PostgresSession.class.getName());

    private final PostgresServer server;
    private final PostgresProblems problems;
    private final Connection connection;
    private final PGConnection postgres;
    /// Held while a statement runs, so that whoever closes knows whether to wait or to cut.
    private final ReentrantLock running = new ReentrantLock();

    private PostgresSession(PostgresServer server, Connection connection) throws SQLException {
        this.server = server;
        this.problems = new PostgresProblems(server);
        this.connection = connection;
        this.postgres = connection.unwrap(PGConnection.class);
    }

    /// Connects and sets what every session needs: texts of dates, intervals and bytes that do not depend on the
    /// server's configuration.
    static PostgresSession open(PostgresServer server) {
        PostgresProblems problems = new PostgresProblems(server);
        PostgresSession session;
        try {
            session = new PostgresSession(server, server.dataSource().getConnection());
        } catch (SQLException e) {
            throw problems.connecting(e);
        }
        try {
            session.execute(
                    "SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex';"
                            + " SET client_encoding = 'UTF8'; SET timezone = " + TableName.literal(server.timeZone())
                            + "; SET statement_timeout = '"
                            + (server.commandSeconds() > 0 ? server.commandSeconds() : PLANNING_SECONDS) + "s'",
                    new Statement("session", "configure"));
            return session;
        } catch (ProblemException e) {
            session.abort();
            throw e;
        }
    }

    PostgresServer server() {
        return server;
    }

    PostgresProblems problems() {
        return problems;
    }

    /// Runs statements whose results do not matter.
    void execute(String sql, Statement about) {
        alone(about, () -> {
            try (java.sql.Statement s = connection.createStatement()) {
                return s.execute(sql);
            }
        });
    }

    private interface Call<T> {
        T run() throws SQLException;
    }

    private <T> T alone(Statement about, Call<T> call) {
        running.lock();
        try {
            return call.run();
        } catch (SQLException e) {
            throw problems.running(e, about);
        } finally {
            running.unlock();
        }
    }

    /// What is done with the connection itself.
    interface Work {
        void run(Connection connection) throws SQLException;
    }

    /// Works with the connection as it is; closing this session from another thread ends it.
    void work(Statement about, Work work) {
        alone(about, () -> {
            work.run(connection);
            return true;
        });
    }

    /// One row of a result, taken over.
    interface RowOf<T> {
        T take(ResultSet row) throws SQLException;
    }

    /// Runs a query of our own and takes all its rows.
    <T> List<T> query(String sql, Statement about, RowOf<T> row, Object... parameters) {
        return alone(about, () -> {
            try (PreparedStatement s = connection.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    s.setObject(i + 1, parameters[i]);
                }
                try (ResultSet r = s.executeQuery()) {
                    return rows(r, row);
                }
            }
        });
    }

    /// Runs SQL that holds a user's text, in which `?` is no parameter, and takes what the function makes of it.
    <T> T queryText(String sql, Statement about, RowOf<T> result) {
        return alone(about, () -> {
            try (java.sql.Statement s = connection.createStatement();
                    ResultSet r = s.executeQuery(sql)) {
                return result.take(r);
            }
        });
    }

    private static <T> List<T> rows(ResultSet r, RowOf<T> row) throws SQLException {
        List<T> all = new ArrayList<>();
        while (r.next()) {
            all.add(row.take(r));
        }
        return all;
    }

    CopyOut copyOut(String sql, Statement about) {
        return alone(about, () -> postgres.getCopyAPI().copyOut(sql));
    }

    CopyIn copyIn(String sql, Statement about) {
        return alone(about, () -> postgres.getCopyAPI().copyIn(sql));
    }

    /// Whether a transaction is open (also one that has failed).
    boolean inTransaction() {
        try {
            return connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE;
        } catch (SQLException e) {
            return false;
        }
    }

    /// Ends what the server is doing for this session and cuts the connection, which takes an open transaction back.
    /// From any thread; never waits long.
    void abort() {
        try {
            postgres.cancelQuery();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "cancel request not delivered; the connection is cut anyway", e);
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "connection was already gone", e);
        }
    }

    /// Takes back an open transaction and disconnects. From another thread: cuts off a statement that is running.
    @Override
    public void close() {
        if (!running.tryLock()) {
            abort();
            return;
        }
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "connection was already gone", e);
        } finally {
            running.unlock();
        }
    }

    /// As [#close()], but waits for the server's word that nothing is left, so that whoever comes next finds no locks.
    void rollBack(Statement about) {
        if (running.tryLock()) {
            try {
                if (!connection.isClosed()) {
                    execute("ROLLBACK", about);
                }
            } catch (SQLException | ProblemException e) {
                LOG.log(System.Logger.Level.DEBUG, "the transaction ended with its connection", e);
            } finally {
                running.unlock();
            }
        }
        close();
    }
}
