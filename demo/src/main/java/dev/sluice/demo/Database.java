package dev.sluice.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/// A PostgreSQL server of its own for one run, on a free port of the loopback interface, with the TPC-H tables in
/// schema
/// `public` and empty ones in schema `copied`.
public final class Database implements AutoCloseable {
    /// Schema that the last step of the pipeline writes to.
    public static final String COPIED = "copied";

    private static final String USER = "sluice";

    private final EmbeddedPostgres server;
    private final String password;

    private Database(EmbeddedPostgres server, String password) {
        this.server = server;
        this.password = password;
    }

    /// Starts the server and loads the tables.
    public static Database start(Path folder, double scale) throws IOException, SQLException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(true)
                .setPGStartupWait(Duration.ofSeconds(60))
                .setServerConfig("fsync", "off")
                .setServerConfig("full_page_writes", "off")
                .setServerConfig("max_wal_size", "2GB")
                .setServerConfig("shared_buffers", "128MB")
                .start();
        Database database = new Database(server, password);
        try {
            database.prepare(scale);
            return database;
        } catch (IOException | SQLException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private void prepare(double scale) throws SQLException, IOException {
        try (Connection admin = server.getPostgresDatabase().getConnection();
                Statement s = admin.createStatement()) {
            s.execute("CREATE ROLE " + USER + " LOGIN PASSWORD '" + password + "'");
            s.execute("ALTER SCHEMA public OWNER TO " + USER);
            s.execute("CREATE SCHEMA " + COPIED + " AUTHORIZATION " + USER);
        }
        try (Connection c = connect()) {
            for (Tpch table : Tpch.values()) {
                table.create(c, "public");
                table.load(c, "public", scale);
                table.create(c, COPIED);
            }
            try (Statement s = c.createStatement()) {
                s.execute("ANALYZE");
            }
        }
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/postgres", USER, password);
    }

    public int port() {
        return server.getPort();
    }

    /// The role's password, made for this server; for programs beside Sluice that log in as well.
    public String password() {
        return password;
    }

    /// typeProperties of a linked service to this server, the password a SecureString.
    public Map<String, Object> linkedService() {
        return Map.of(
                "server",
                "127.0.0.1",
                "port",
                port(),
                "database",
                "postgres",
                "username",
                USER,
                "sslMode",
                0,
                "password",
                Map.of("type", "SecureString", "value", password));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
