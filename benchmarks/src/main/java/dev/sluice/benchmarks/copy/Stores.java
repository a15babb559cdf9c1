package dev.sluice.benchmarks.copy;

import dev.sluice.benchmarks.Measured;
import dev.sluice.demo.Azurite;
import dev.sluice.demo.Database;
import dev.sluice.demo.Tpch;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The stores of one run: a PostgreSQL that commits durably, files, and what a workload needs besides, started when it
/// first asks.
final class Stores implements AutoCloseable {
    /// As a server is that has 512 MB for its pages and need not checkpoint while somebody measures.
    private static final Map<String, String> DURABLE = Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "full_page_writes", "on",
            "max_wal_size", "8GB",
            "checkpoint_timeout", "30min",
            "shared_buffers", "512MB");

    private final Path work;
    private final Path launcher;
    private final Database database;
    private final Checks checks;
    private final CopyFactory factory;
    private @Nullable MariaDbServer mariaDb;
    private @Nullable Azurite azurite;

    Stores(Path work, Path launcher, double scale) throws IOException, SQLException {
        this.work = work;
        this.launcher = launcher;
        this.database = Database.start(work.resolve("pg"), scale, List.of(Tpch.LINEITEM), DURABLE);
        this.checks = new Checks(this, database);
        Files.createDirectories(work.resolve("in"));
        this.factory = new CopyFactory(work);
        factory.connect("Db", database.linkedService());
    }

    Checks checks() {
        return checks;
    }

    /// Folder that copies write to.
    Path out() {
        return work.resolve("out");
    }

    /// lineitem as psql exports it, with a header.
    Path csv() throws IOException, InterruptedException {
        return exported("lineitem.csv", "csv, header");
    }

    /// lineitem in PostgreSQL's binary form.
    Path binary() throws IOException, InterruptedException {
        return exported("lineitem.bin", "binary");
    }

    private Path exported(String name, String format) throws IOException, InterruptedException {
        Path file = work.resolve("in").resolve(name);
        if (!Files.exists(file)) {
            Measured made = shell(psql("\\copy lineitem to '" + file + "' (format " + format + ")"));
            System.out.printf("%s made in %.1f s%n", name, made.wallSeconds());
        }
        return file;
    }

    /// lineitem as DuckDB writes it, snappy.
    Path parquet() throws IOException, InterruptedException {
        Path file = work.resolve("in").resolve("lineitem.parquet");
        if (!Files.exists(file)) {
            Measured made = duckDb(DuckDbPeer.fromCsv(csv(), file).replace("zstd", "snappy"));
            System.out.printf("%s made in %.1f s%n", file.getFileName(), made.wallSeconds());
        }
        return file;
    }

    MariaDbServer mariaDb() throws IOException, InterruptedException {
        MariaDbServer running = mariaDb;
        if (running == null) {
            running = MariaDbServer.start(work.resolve("mariadb"), Tpch.LINEITEM.columns(), csv());
            mariaDb = running;
            factory.connect("Maria", running.linkedService());
        }
        return running;
    }

    Azurite blobs() throws IOException, InterruptedException {
        Azurite running = azurite;
        if (running == null) {
            running = Azurite.start(work.resolve("azurite"))
                    .orElseThrow(() -> new IOException("Azurite cannot be installed"));
            azurite = running;
            factory.connect("Blobs", Map.of("connectionString", running.connectionString()));
        }
        return running;
    }

    /// Empties the target table and the folder written to; the server has nothing left to write out.
    void clean() throws SQLException, IOException {
        try (Connection c = database.connect();
                Statement s = c.createStatement()) {
            s.execute("TRUNCATE copied.lineitem");
        }
        database.checkpoint();
        if (Files.exists(out())) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(out())) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
    }

    /// `sluice run` of one copy.
    Measured sluice(String from, String to) throws IOException, InterruptedException {
        factory.write();
        return Measured.run(
                List.of(
                        launcher.toString(),
                        "run",
                        factory.folder().toString(),
                        "--pipeline",
                        CopyFactory.pipeline(from, to),
                        "--override",
                        factory.override().toString()),
                Map.of("SLUICE_NO_BUILD", "1"));
    }

    /// A command of the shell by psql.
    String psql(String command) {
        return "psql -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p " + database.port() + " -U sluice -d postgres -c \""
                + command.replace("\\", "\\\\") + "\"";
    }

    /// Both halves of the table to /dev/null, at once.
    String halves(String format) throws IOException {
        long middle = pages() / 2;
        String first = "\\copy (select * from lineitem where ctid < '(" + middle + ",0)') to '/dev/null' (format "
                + format + ")";
        String second = first.replace("ctid <", "ctid >=");
        return psql(first) + " & one=$!; " + psql(second) + " && wait $one";
    }

    private long pages() throws IOException {
        try (Connection c = database.connect();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT pg_relation_size('public.lineitem') / 8192")) {
            r.next();
            return r.getLong(1);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    Measured shell(String command) throws IOException, InterruptedException {
        return Measured.run(
                List.of("bash", "-o", "pipefail", "-c", command), Map.of("PGPASSWORD", database.password()));
    }

    /// DuckDB's process; its wall time is that of the work alone.
    Measured duckDb(String... arguments) throws IOException, InterruptedException {
        Path said = work.resolve("duckdb.out");
        List<String> command = new ArrayList<>(List.of("bash", "-c", "exec \"$@\" > " + said, "bash"));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                DuckDbPeer.class.getName()));
        command.addAll(List.of(arguments));
        Measured whole = Measured.run(command, new HashMap<>());
        String seconds = Files.readAllLines(said).getLast().replace(DuckDbPeer.SECONDS, "");
        return new Measured(Double.parseDouble(seconds), whole.cpuSeconds(), whole.peakMegabytes());
    }

    @Override
    public void close() throws IOException {
        try (database) {
            if (mariaDb != null) {
                mariaDb.close();
            }
            if (azurite != null) {
                azurite.close();
            }
        }
    }
}
