package dev.sluice.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import dev.sluice.demo.Database;
import dev.sluice.demo.Tpch;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.DoubleStream;
import org.postgresql.PGConnection;
import tools.jackson.databind.json.JsonMapper;

/// TPC-H lineitem by `sluice run`, beside what people would use instead, in turn, several times:
///
/// - PostgreSQL → Parquet: CPU time beside `psql` COPY binary to /dev/null plus DuckDB writing the same file;
/// - CSV → PostgreSQL: wall time beside `psql \copy` of the same file.
///
/// Arguments: scale factor (default 1), rounds (default 3), which of `parquet,csv` (default both), path of the `sluice`
/// launcher (default ./sluice).
final class CopyRig {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path work;
    private final Database database;
    private final Path launcher;
    private final Map<String, String> psqlEnvironment;

    private CopyRig(Path work, Database database, Path launcher) {
        this.work = work;
        this.database = database;
        this.launcher = launcher;
        this.psqlEnvironment = Map.of("PGPASSWORD", database.password());
    }

    public static void main(String[] args) throws Exception {
        double scale = args.length > 0 ? Double.parseDouble(args[0]) : 1;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
        Set<String> what = Set.of((args.length > 2 ? args[2] : "parquet,csv").split(","));
        Path launcher = Path.of(args.length > 3 ? args[3] : "sluice").toAbsolutePath();
        Path work = Files.createTempDirectory("sluice-bench-");
        try (Database database = Database.start(work.resolve("pg"), scale)) {
            new CopyRig(work, database, launcher).measure(rounds, what);
        }
    }

    private void measure(int rounds, Set<String> what) throws IOException, InterruptedException, SQLException {
        writeFactory();
        exportCsv();
        if (what.contains("parquet")) {
            toParquet(rounds);
        }
        if (what.contains("csv")) {
            fromCsv(rounds);
        }
    }

    private void toParquet(int rounds) throws IOException, InterruptedException, SQLException {
        List<Measured> ours = new ArrayList<>();
        List<Measured> psql = new ArrayList<>();
        List<Double> duckDb = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            boolean counted = round > 0;
            add(counted, ours, sluice("ToParquet"));
            add(counted, psql, psql("\\copy (select * from public.lineitem) to '/dev/null' (format binary)"));
            add(counted, duckDb, duckDbCpuSeconds());
        }
        double cpu = median(ours.stream().mapToDouble(Measured::cpuSeconds));
        double peer = median(psql.stream().mapToDouble(Measured::cpuSeconds))
                + median(duckDb.stream().mapToDouble(d -> d));
        System.out.printf(
                "PostgreSQL -> Parquet  cpu %.2f s, psql + DuckDB %.2f s: ratio %.2f (limit 2); wall %.2f s; RSS %.0f MB%n",
                cpu,
                peer,
                cpu / peer,
                median(ours.stream().mapToDouble(Measured::wallSeconds)),
                median(ours.stream().mapToDouble(Measured::peakMegabytes)));
    }

    private void fromCsv(int rounds) throws IOException, InterruptedException, SQLException {
        List<Measured> ours = new ArrayList<>();
        List<Measured> psql = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            boolean counted = round > 0;
            truncate();
            add(counted, psql, psql("\\copy copied.lineitem from '" + csv() + "' (format csv, header)"));
            truncate();
            add(counted, ours, sluice("ToPostgres"));
        }
        double wall = median(ours.stream().mapToDouble(Measured::wallSeconds));
        double copy = median(psql.stream().mapToDouble(Measured::wallSeconds));
        System.out.printf(
                "CSV -> PostgreSQL      wall %.2f s, psql \\copy %.2f s: ratio %.2f (limit 1.3); RSS %.0f MB%n",
                wall, copy, wall / copy, median(ours.stream().mapToDouble(Measured::peakMegabytes)));
    }

    private static <T> void add(boolean counted, List<T> list, T value) {
        if (counted) {
            list.add(value);
        }
    }

    private static double median(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        return sorted[sorted.length / 2];
    }

    private Measured sluice(String pipeline) throws IOException, InterruptedException {
        return Measured.run(
                List.of(
                        launcher.toString(),
                        "run",
                        work.resolve("factory").toString(),
                        "--pipeline",
                        pipeline,
                        "--override",
                        work.resolve("override.json").toString()),
                Map.of("SLUICE_NO_BUILD", "1"));
    }

    private Measured psql(String command) throws IOException, InterruptedException {
        return Measured.run(
                List.of(
                        "psql",
                        "-q",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(database.port()),
                        "-U",
                        "sluice",
                        "-d",
                        "postgres",
                        "-c",
                        command),
                psqlEnvironment);
    }

    /// CPU seconds DuckDB takes to write the Parquet file from a table it holds in memory.
    private double duckDbCpuSeconds() throws SQLException {
        var cpu = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        try (Connection c = DriverManager.getConnection("jdbc:duckdb:");
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE t AS SELECT * FROM read_parquet('" + work.resolve("out/lineitem.parquet") + "')");
            long before = cpu.getProcessCpuTime();
            s.execute("COPY t TO '" + work.resolve("duck.parquet") + "' (FORMAT parquet, COMPRESSION snappy)");
            return (cpu.getProcessCpuTime() - before) / 1e9;
        }
    }

    private void truncate() throws SQLException {
        try (Connection c = database.connect();
                Statement s = c.createStatement()) {
            s.execute("TRUNCATE copied.lineitem");
        }
    }

    private Path csv() {
        return work.resolve("out").resolve("lineitem.csv");
    }

    private void exportCsv() throws SQLException, IOException {
        Files.createDirectories(csv().getParent());
        try (Connection c = database.connect();
                var out = Files.newOutputStream(csv())) {
            c.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY " + Tpch.LINEITEM.tableName() + " TO STDOUT (FORMAT csv, HEADER)", out);
        }
    }

    private void writeFactory() throws IOException {
        write("linkedService", "Db", """
                {"name":"Db","properties":{"type":"AzurePostgreSql","typeProperties":{}}}""");
        write("linkedService", "Files", """
                {"name":"Files","properties":{"type":"FileServer","typeProperties":{"host":"%s"}}}""".formatted(work.resolve("out")));
        write("dataset", "Source", table("Source", "public"));
        write("dataset", "Target", table("Target", "copied"));
        write("dataset", "Parquet", file("Parquet", "Parquet", "lineitem.parquet", "\"compressionCodec\":\"snappy\""));
        write("dataset", "Csv", file("Csv", "DelimitedText", "lineitem.csv", """
                "columnDelimiter":",","quoteChar":"\\"","escapeChar":"\\"","firstRowAsHeader":true"""));
        write("pipeline", "ToParquet", copy("ToParquet", "Source", "AzurePostgreSqlSource", "Parquet", "ParquetSink"));
        write(
                "pipeline",
                "ToPostgres",
                copy("ToPostgres", "Csv", "DelimitedTextSource", "Target", "AzurePostgreSqlSink"));
        Files.writeString(
                work.resolve("override.json"), JSON.writeValueAsString(Map.of("Db", database.linkedService())));
    }

    private static String table(String name, String schema) {
        return """
                {"name":"%s","properties":{"type":"AzurePostgreSqlTable","linkedServiceName":{"referenceName":"Db",
                "type":"LinkedServiceReference"},"typeProperties":{"schema":"%s","table":"lineitem"}}}""".formatted(name, schema);
    }

    private static String file(String name, String type, String file, String settings) {
        return """
                {"name":"%s","properties":{"type":"%s","linkedServiceName":{"referenceName":"Files",
                "type":"LinkedServiceReference"},"typeProperties":{"location":{"type":"FileServerLocation",
                "fileName":"%s"},%s}}}""".formatted(name, type, file, settings);
    }

    private static String copy(String name, String from, String source, String to, String sink) {
        return """
                {"name":"%s","properties":{"activities":[{"name":"Copy","type":"Copy","inputs":[{"referenceName":"%s",
                "type":"DatasetReference"}],"outputs":[{"referenceName":"%s","type":"DatasetReference"}],
                "typeProperties":{"source":{"type":"%s"},"sink":{"type":"%s"}}}]}}""".formatted(name, from, to, source, sink);
    }

    private void write(String kind, String name, String json) throws IOException {
        Path folder = Files.createDirectories(work.resolve("factory").resolve(kind));
        Files.writeString(folder.resolve(name + ".json"), json);
    }
}
