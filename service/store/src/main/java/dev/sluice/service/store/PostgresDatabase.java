package dev.sluice.service.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A PostgreSQL database shared by replicas of the service. News travels by LISTEN/NOTIFY, so a job queued by one
/// replica wakes a node that waits at another.
final class PostgresDatabase implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);
    private static final int CONNECTIONS = 10;
    private static final int LISTEN_MILLIS = 1_000;
    private static final int RECONNECT_MILLIS = 1_000;

    private final Dialect dialect = new PostgresDialect();
    private final HikariDataSource pool;
    private final String url;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final Thread ear;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Connection listening;

    /// @param url `jdbc:postgresql://host:port/database?user=…&password=…`
    PostgresDatabase(String url) {
        this.url = url;
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setAutoCommit(false);
        config.setPoolName("store");
        config.setConnectionTimeout(10_000);
        try {
            this.pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw Transactions.unusable(e);
        }
        this.ear = Thread.ofPlatform().name("store-news").daemon().unstarted(this::listen);
        ear.start();
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
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = pool.getConnection()) {
                Session session = new Session(Statements.fresh(connection), dialect);
                T result = Transactions.run(connection, session, purpose, work);
                session.woken().forEach(this::tell);
                return result;
            } catch (SQLException e) {
                if (!dialect.passing(e) || attempt == Transactions.TRIES) {
                    throw Transactions.failure(e);
                }
            }
        }
    }

    @Override
    public <T> T read(Session.Work<T> work) {
        try (Connection connection = pool.getConnection()) {
            return Transactions.run(
                    connection, new Session(Statements.fresh(connection), dialect), Dialect.Purpose.READ, work);
        } catch (SQLException e) {
            throw Transactions.failure(e);
        }
    }

    @Override
    public void onNews(Consumer<String> listener) {
        listeners.add(listener);
    }

    private void tell(String group) {
        listeners.forEach(l -> l.accept(group));
    }

    private void listen() {
        while (closing.getCount() > 0) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                listening = connection;
                statement.execute("LISTEN " + PostgresDialect.CHANNEL);
                PGConnection notified = connection.unwrap(PGConnection.class);
                while (closing.getCount() > 0) {
                    PGNotification[] news = notified.getNotifications(LISTEN_MILLIS);
                    if (news != null) {
                        for (PGNotification one : news) {
                            tell(one.getParameter());
                        }
                    }
                }
            } catch (SQLException e) {
                if (closing.getCount() == 0) {
                    return;
                }
                LOG.warn("the channel for news is interrupted ({}); waiting nodes look by themselves", e.getSQLState());
                pause();
            }
        }
    }

    private void pause() {
        try {
            if (closing.await(RECONNECT_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closing.countDown();
        Connection open = listening;
        try {
            if (open != null) {
                open.abort(Runnable::run);
            }
            ear.join(2L * LISTEN_MILLIS);
        } catch (SQLException e) {
            LOG.debug("the channel for news did not close", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        pool.close();
    }
}
