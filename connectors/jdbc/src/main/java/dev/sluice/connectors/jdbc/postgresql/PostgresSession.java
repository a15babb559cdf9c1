package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.diagnosis.ProblemException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/// One connection, with its problems named. Used by one thread at a time, except [#abort()].
final class PostgresSession implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PostgresSession.class.getName());

    private final PostgresServer server;
    private final PostgresProblems problems;
    private final Connection connection;
    private final PGConnection postgres;

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
                            + "; SET statement_timeout = '" + server.commandSeconds() + "s'",
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
        try (java.sql.Statement s = connection.createStatement()) {
            s.execute(sql);
        } catch (SQLException e) {
            throw problems.running(e, about);
        }
    }

    /// One row of a result, taken over.
    interface RowOf<T> {
        T take(ResultSet row) throws SQLException;
    }

    /// Runs a query of our own and takes all its rows.
    <T> List<T> query(String sql, Statement about, RowOf<T> row, Object... parameters) {
        try (PreparedStatement s = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                s.setObject(i + 1, parameters[i]);
            }
            try (ResultSet r = s.executeQuery()) {
                return rows(r, row);
            }
        } catch (SQLException e) {
            throw problems.running(e, about);
        }
    }

    /// Runs SQL that holds a user's text, in which `?` is no parameter, and takes what the function makes of it.
    <T> T queryText(String sql, Statement about, RowOf<T> result) {
        try (java.sql.Statement s = connection.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            return result.take(r);
        } catch (SQLException e) {
            throw problems.running(e, about);
        }
    }

    private static <T> List<T> rows(ResultSet r, RowOf<T> row) throws SQLException {
        List<T> all = new ArrayList<>();
        while (r.next()) {
            all.add(row.take(r));
        }
        return all;
    }

    CopyOut copyOut(String sql, Statement about) {
        try {
            return postgres.getCopyAPI().copyOut(sql);
        } catch (SQLException e) {
            throw problems.running(e, about);
        }
    }

    CopyIn copyIn(String sql, Statement about) {
        try {
            return postgres.getCopyAPI().copyIn(sql);
        } catch (SQLException e) {
            throw problems.running(e, about);
        }
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

    boolean isClosed() {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    /// Takes back an open transaction and disconnects.
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "connection was already gone", e);
        }
    }
}
