package dev.sluice.service.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/// The two real databases a test runs on; each test gets an empty one and may open it again.
enum Databases {
    SQLITE {
        @Override
        String fresh(Path folder) {
            return folder.resolve("service-" + COUNT.incrementAndGet() + ".db").toString();
        }

        @Override
        Store open(String where) {
            return Store.sqlite(Path.of(where));
        }
    },
    POSTGRES {
        @Override
        String fresh(Path folder) {
            String name = "service" + COUNT.incrementAndGet();
            try (Connection c = Server.POSTGRES.getPostgresDatabase().getConnection()) {
                c.createStatement().execute("CREATE DATABASE " + name);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
            return Server.POSTGRES.getJdbcUrl("postgres", name);
        }

        @Override
        Store open(String where) {
            return Store.postgres(where);
        }
    };

    private static final AtomicInteger COUNT = new AtomicInteger();

    abstract String fresh(Path folder);

    abstract Store open(String where);

    /// Started by the first test that needs it, stopped with the JVM.
    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "60")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
