package dev.sluice.ssis.engine.tasks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/// One real PostgreSQL for all tests of the module.
public final class Postgres {
    public static final String PASSWORD = "s3cret;of'the\"test";
    private static EmbeddedPostgres running;

    private Postgres() {}

    public static synchronized int port() {
        if (running == null) {
            try {
                running = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("password_encryption", "scram-sha-256")
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(Postgres::stop));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return running.getPort();
    }

    private static void stop() {
        try {
            running.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// As an OLE DB connection manager writes it.
    public static String oleDb() {
        return "Provider=PGNP.1;Data Source=localhost;Port=" + port() + ";Initial Catalog=postgres;User ID=postgres;";
    }

    public static String odbc() {
        return "Driver={PostgreSQL Unicode(x64)};Server=localhost;Port=" + port() + ";Database=postgres;Uid=postgres;";
    }

    public static void run(String... statements) {
        try (Connection c = connect();
                Statement s = c.createStatement()) {
            for (String statement : statements) {
                s.execute(statement);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String text(String query) {
        try (Connection c = connect();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(query)) {
            return r.next() ? r.getString(1) : null;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + port() + "/postgres?user=postgres");
    }
}
