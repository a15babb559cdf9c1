package dev.sluice.node.agent.job;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// One real PostgreSQL for all tests of the module.
final class Postgres {
    private static EmbeddedPostgres running;

    private Postgres() {}

    static synchronized EmbeddedPostgres server() {
        if (running == null) {
            try {
                running = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(Postgres::stop));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return running;
    }

    private static void stop() {
        try {
            running.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void sql(String... statements) throws SQLException {
        try (Connection c = server().getPostgresDatabase().getConnection();
                Statement s = c.createStatement()) {
            for (String text : statements) {
                s.execute(text);
            }
        }
    }

    static List<String> column(String query) throws SQLException {
        try (Connection c = server().getPostgresDatabase().getConnection();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(query)) {
            List<String> all = new ArrayList<>();
            while (r.next()) {
                all.add(r.getString(1));
            }
            return all;
        }
    }

    /// The linked service's `properties`.
    static String service() {
        return """
                {"type":"PostgreSqlV2","typeProperties":{"server":"localhost","port":%d,"database":"postgres",
                "username":"postgres","sslMode":0,"password":{"type":"SecureString","value":"none"}}}""".formatted(server().getPort());
    }
}
