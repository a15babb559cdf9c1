package dev.sluice.benchmarks.copy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A MariaDB of its own, from the machine's packages (Debian: mariadb-server-core, mariadb-client-core), with lineitem
/// in it.
final class MariaDbServer implements AutoCloseable {
    private static final String USER = "sluice";
    private static final String PASSWORD = "of-the-rig";
    private static final int START_SECONDS = 60;

    private final Process process;
    private final Path socket;
    private final int port;

    private MariaDbServer(Process process, Path socket, int port) {
        this.process = process;
        this.socket = socket;
        this.port = port;
    }

    /// What this machine lacks for it.
    static Optional<String> lacking() {
        return List.of("mariadbd", "mariadb", "mariadb-install-db").stream()
                .filter(name -> !Programs.onPath(name))
                .findFirst()
                .map(name ->
                        "there is no " + name + " (Debian: apt-get install mariadb-server-core mariadb-client-core)");
    }

    /// @param columns of the table, as SQL declares them
    /// @param csv its rows, with a header
    static MariaDbServer start(Path folder, String columns, Path csv) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        String user = "--user=" + System.getProperty("user.name");
        Path data = folder.resolve("data");
        Programs.run(
                List.of("mariadb-install-db", "--no-defaults", user, "--skip-test-db", "--datadir=" + data), Map.of());
        Path socket = folder.resolve("socket");
        int port = freePort();
        Process process = new ProcessBuilder(
                        "mariadbd",
                        "--no-defaults",
                        user,
                        "--datadir=" + data,
                        "--socket=" + socket,
                        "--port=" + port,
                        "--bind-address=127.0.0.1",
                        "--innodb-buffer-pool-size=1G",
                        "--innodb-log-file-size=1G")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        MariaDbServer server = new MariaDbServer(process, socket, port);
        try {
            server.awaitStart(folder);
            server.admin("CREATE DATABASE shop; CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + PASSWORD
                    + "'; GRANT ALL ON shop.* TO '" + USER + "'@'%'; CREATE TABLE shop.lineitem (" + columns
                    + "); LOAD DATA LOCAL INFILE '" + csv
                    + "' INTO TABLE shop.lineitem FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' IGNORE 1 LINES;"
                    + " ANALYZE TABLE shop.lineitem");
            return server;
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void awaitStart(Path folder) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try {
                admin("SELECT 1");
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException("MariaDB did not start:\n" + Files.readString(folder.resolve("log")), e);
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private void admin(String sql) throws IOException, InterruptedException {
        Programs.run(
                List.of("mariadb", "--no-defaults", "--local-infile=1", "--socket=" + socket, "-e", sql), Map.of());
    }

    /// A command of the shell that prints a query's rows, tab-separated, over TCP.
    String client(String sql) {
        return "MYSQL_PWD=" + PASSWORD + " mariadb --no-defaults --quick --batch -N -h 127.0.0.1 -P " + port + " -u "
                + USER + " shop -e '" + sql + "'";
    }

    /// typeProperties of a linked service to this server.
    Map<String, Object> linkedService() {
        return Map.of(
                "server",
                "127.0.0.1",
                "port",
                port,
                "database",
                "shop",
                "username",
                USER,
                "sslMode",
                0,
                "password",
                Map.of("type", "SecureString", "value", PASSWORD));
    }

    private static int freePort() throws IOException {
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return s.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
