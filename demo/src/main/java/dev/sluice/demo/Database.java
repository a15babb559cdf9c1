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
import java.util.List;
import java.util.Map;

/// A PostgreSQL server of its own for one run, on a free port of the loopback interface, with the TPC-H
/// tables in schema `public` and empty ones in schema `copied`.
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

    /// Starts the server and loads all tables. What is committed is not yet on the disk: a demo's server starts anew.
    public static Database start(Path folder, double scale) throws IOException, SQLException {
        return start(
                folder,
                scale,
                List.of(Tpch.values()),
                Map.of(
                        "fsync", "off",
                        "full_page_writes", "off",
                        "max_wal_size", "2GB",
                        "shared_buffers", "128MB"));
    }

    /// Starts a server with these settings and loads these tables.
    public static Database start(Path folder, double scale, List<Tpch> tables, Map<String, String> settings)
            throws IOException, SQLException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(true)
                .setPGStartupWait(Duration.ofSeconds(60));
        settings.forEach(builder::setServerConfig);
        EmbeddedPostgres server = builder.start();
        Database database = new Database(server, password);
        try {
            database.prepare(scale, tables);
            return database;
        } catch (IOException | SQLException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    private void prepare(double scale, List<Tpch> tables) throws SQLException, IOException {
        try (Connection admin = server.getPostgresDatabase().getConnection();
                Statement s = admin.createStatement()) {
            s.execute("CREATE ROLE " + USER + " LOGIN PASSWORD '" + password + "'");
            s.execute("ALTER SCHEMA public OWNER TO " + USER);
            s.execute("CREATE SCHEMA " + COPIED + " AUTHORIZATION " + USER);
        }
        try (Connection c = connect()) {
            for (Tpch table : tables) {
                table.create(c, "public");
                table.load(c, "public", scale);
                table.create(c, COPIED);
            }
            try (Statement s = c.createStatement()) {
                s.execute("VACUUM (ANALYZE)");
            }
        }
    }

    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port() + "/postgres", USER, password);
    }

    /// Has everything written out that the server holds in memory, so that it does not happen later.
    public void checkpoint() throws SQLException {
        try (Connection admin = server.getPostgresDatabase().getConnection();
                Statement s = admin.createStatement()) {
            s.execute("CHECKPOINT");
        }
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
