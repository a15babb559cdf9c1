package dev.sluice.acceptance;

import dev.sluice.demo.Azurite;
import dev.sluice.demo.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestWatcher;

/// What the tests of all classes share, started when first asked for and ended with the last test: a PostgreSQL server
/// that demands passwords, Azure Storage's emulator, and an installation made by `sluice up`. Tests that kill processes
/// make an installation of their own.
final class Stage implements ParameterResolver, TestWatcher {
    private static final Namespace NAMESPACE = Namespace.create(Stage.class);
    private static final double SCALE = 0.01;

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Database.class || type == Azurite.class || type == Installation.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext.Store store = context.getRoot().getStore(NAMESPACE);
        Class<?> type = parameter.getParameter().getType();
        if (type == Database.class) {
            return store.computeIfAbsent("database", k -> new Server(), Server.class).database;
        }
        if (type == Installation.class) {
            return store.computeIfAbsent("installation", k -> new Installation().up(), Installation.class);
        }
        Optional<Azurite> azurite = store.computeIfAbsent("azurite", k -> new Emulator(), Emulator.class).azurite;
        Assumptions.assumeTrue(azurite.isPresent(), "SKIPPED: Azurite cannot be installed (npm is missing)");
        return azurite.orElseThrow();
    }

    @Override
    public void testFailed(ExtensionContext context, Throwable cause) {
        System.err.println("=== " + context.getDisplayName() + " failed; the processes said\n" + Installation.logs());
    }

    /// The database and its folder.
    private static final class Server implements AutoCloseable {
        private final Path folder = Installation.temporary("sluice-postgres-");
        private final Database database;

        Server() {
            try {
                database = Database.start(folder.resolve("data"), SCALE);
                demandPasswords(database);
            } catch (IOException | SQLException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws IOException {
            database.close();
            if (Files.exists(folder)) {
                Installation.delete(folder);
            }
        }
    }

    /// The embedded server lets everybody in; the demo's account is to need its password.
    private static void demandPasswords(Database database) throws SQLException, IOException {
        try (Connection c = superuser(database);
                Statement s = c.createStatement()) {
            Path hba;
            try (ResultSet r = s.executeQuery("SHOW hba_file")) {
                r.next();
                hba = Path.of(r.getString(1));
            }
            Files.writeString(
                    hba, "host all " + user(database) + " 127.0.0.1/32 scram-sha-256\n" + Files.readString(hba));
            s.execute("SELECT pg_reload_conf()");
        }
    }

    static Connection superuser(Database database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + database.port() + "/postgres", "postgres", "postgres");
    }

    static String user(Database database) {
        return database.linkedService().get("username").toString();
    }

    static String password(Database database) {
        return ((Map<?, ?>) database.linkedService().get("password"))
                .get("value")
                .toString();
    }

    /// The first column of the first row.
    static String ask(Database database, String sql) {
        try (Connection c = database.connect();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    static void execute(Database database, String sql) {
        try (Connection c = database.connect();
                Statement s = c.createStatement()) {
            s.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static final class Emulator implements AutoCloseable {
        private final Path folder = Installation.temporary("sluice-azurite-");
        private final Optional<Azurite> azurite;

        Emulator() {
            try {
                azurite = Azurite.start(folder);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            azurite.ifPresent(Azurite::close);
            Installation.delete(folder);
        }
    }
}
