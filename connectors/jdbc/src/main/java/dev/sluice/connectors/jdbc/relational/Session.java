package dev.sluice.connectors.jdbc.relational;

import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One connection, with its problems named. Used by one thread at a time, except [#abort()] and [#close()].
public final class Session implements AutoCloseable {
    /// Limit for looking things up where the linked service sets none: a locked table must not hold a job for
    /// ever.
    private static final int PLANNING_SECONDS = 300;

    private static final System.Logger LOG = System.getLogger(Session.class.getName());

    private final Dialect dialect;
    private final Server server;
    private final SqlProblems problems;
    private final Connection connection;
    /// Held while a call runs, so that whoever closes knows whether to wait or to cut.
    private final ReentrantLock running = new ReentrantLock();

    private volatile @Nullable Statement current;

    private Session(Dialect dialect, Server server, Connection connection) {
        this.dialect = dialect;
        this.server = server;
        this.problems = new SqlProblems(dialect, server);
        this.connection = connection;
    }

    static Session open(Dialect dialect, Server server) {
        Session session = connected(dialect, server);
        try {
            for (String statement : dialect.setUp(server)) {
                session.execute(statement, new Step("session", "configure"));
            }
            return session;
        } catch (ProblemException e) {
            session.abort();
            throw e;
        }
    }

    private static Session connected(Dialect dialect, Server server) {
        try {
            return new Session(dialect, server, connection(dialect, server));
        } catch (SQLException e) {
            Optional<Server> other = dialect.otherwise(server, e);
            if (other.isPresent()) {
                return connected(dialect, other.get());
            }
            throw new SqlProblems(dialect, server).connecting(e);
        }
    }

    private static Connection connection(Dialect dialect, Server server) throws SQLException {
        Connection connection = Drivers.ofProcess()
                .find(dialect.driver(), server.side(), server.store())
                .connect(server.url(), server.driverProperties());
        if (connection == null) {
            throw ConnectionFaults.SETTING_INVALID
                    .problem()
                    .evidence("setting", "connectionString")
                    .evidence("store", server.store())
                    .evidence("detail", "the driver " + dialect.driver().className() + " does not take this URL")
                    .exception();
        }
        return connection;
    }

    public Dialect dialect() {
        return dialect;
    }

    public Server server() {
        return server;
    }

    public SqlProblems problems() {
        return problems;
    }

    Connection connection() {
        return connection;
    }

    /// Runs a call whose caller names its failure, on a thread that works for the one that holds the session.
    public <T> T connection(Call<T> call) throws SQLException {
        return call.run(connection);
    }

    /// A call of the driver.
    public interface Call<T> {
        T run(Connection connection) throws SQLException;
    }

    /// Runs a call, with its failure named.
    public <T> T alone(Step about, Call<T> call) {
        running.lock();
        try {
            return call.run(connection);
        } catch (SQLException e) {
            throw problems.running(e, about);
        } finally {
            running.unlock();
        }
    }

    /// Runs a statement that another thread may end.
    <T> T with(Statement statement, StatementCall<T> call) throws SQLException {
        current = statement;
        try {
            return call.run(statement);
        } finally {
            current = null;
        }
    }

    interface StatementCall<T> {
        T run(Statement statement) throws SQLException;
    }

    /// Runs SQL whose results do not matter.
    public void execute(String sql, Step about) {
        alone(about, c -> {
            try (Statement s = c.createStatement()) {
                if (server.commandSeconds() > 0) {
                    s.setQueryTimeout(server.commandSeconds());
                }
                return with(s, r -> r.execute(sql));
            }
        });
    }

    /// Runs SQL that changes rows.
    ///
    /// @return how many
    long update(String sql, Step about, Object... parameters) {
        return alone(about, c -> {
            try (PreparedStatement s = c.prepareStatement(sql)) {
                for (int i = 0; i < parameters.length; i++) {
                    s.setObject(i + 1, parameters[i]);
                }
                return with(s, r -> (long) s.executeUpdate());
            }
        });
    }

    /// One row of a result, taken over.
    public interface RowOf<T> {
        T take(ResultSet row) throws SQLException;
    }

    /// Runs a query of our own and takes all its rows.
    public <T> List<T> query(String sql, Step about, RowOf<T> row, @Nullable Object... parameters) {
        return alone(about, c -> {
            try (PreparedStatement s = c.prepareStatement(sql)) {
                limit(s);
                for (int i = 0; i < parameters.length; i++) {
                    s.setObject(i + 1, parameters[i]);
                }
                return with(s, running -> {
                    List<T> all = new ArrayList<>();
                    try (ResultSet r = s.executeQuery()) {
                        while (r.next()) {
                            all.add(row.take(r));
                        }
                    }
                    return all;
                });
            }
        });
    }

    /// Runs SQL that holds a user's text and takes what the function makes of its result.
    <T> T queryText(String sql, Step about, RowOf<T> result) {
        return alone(about, c -> {
            try (Statement s = c.createStatement()) {
                limit(s);
                return with(s, running -> {
                    try (ResultSet r = s.executeQuery(sql)) {
                        return result.take(r);
                    }
                });
            }
        });
    }

    private void limit(Statement s) throws SQLException {
        s.setQueryTimeout(server.commandSeconds() > 0 ? server.commandSeconds() : PLANNING_SECONDS);
    }

    void beginTransaction(Step about) {
        alone(about, c -> {
            c.setAutoCommit(false);
            return true;
        });
    }

    void commit(Step about) {
        alone(about, c -> {
            c.commit();
            c.setAutoCommit(true);
            return true;
        });
    }

    /// Ends what the server is doing for this session and, where that can be, cuts the connection. From any
    /// thread.
    void abort() {
        Statement statement = current;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException | RuntimeException e) {
                LOG.log(System.Logger.Level.DEBUG, "cancel not delivered; the connection is cut anyway", e);
            }
        }
        if (!dialect.cutsConnections()) {
            return;
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "connection was already gone", e);
        }
    }

    /// Takes back an open transaction and disconnects. From another thread: ends a statement that is running.
    @Override
    public void close() {
        if (!running.tryLock()) {
            abort();
            if (dialect.cutsConnections()) {
                return;
            }
            running.lock();
        }
        try {
            if (!connection.isClosed()) {
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                connection.close();
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "connection was already gone", e);
        } finally {
            running.unlock();
        }
    }

    /// Takes back an open transaction; the session can go on.
    void rollBack() {
        running.lock();
        try {
            if (!connection.isClosed() && !connection.getAutoCommit()) {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            LOG.log(System.Logger.Level.DEBUG, "the transaction ended with its connection", e);
        } finally {
            running.unlock();
        }
    }
}
