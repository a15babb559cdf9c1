package dev.sluice.acceptance;

import static dev.sluice.acceptance.TestFactory.FROM_CSV;
import static dev.sluice.acceptance.TestFactory.FROM_PARQUET;
import static dev.sluice.acceptance.TestFactory.FROM_TABLE;
import static dev.sluice.acceptance.TestFactory.TO_CSV;
import static dev.sluice.acceptance.TestFactory.TO_PARQUET;
import static dev.sluice.acceptance.TestFactory.TO_TABLE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import dev.sluice.demo.Azurite;
import dev.sluice.demo.Database;
import dev.sluice.demo.Tpch;
import dev.sluice.demo.Verification;
import dev.sluice.demo.Verification.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// Data from store to store through service, node and copy engine; looked at with other programs than our own.
@ExtendWith(Stage.class)
class CopyRoadTest {
    private static final String GZIP = ",\"compressionCodec\":\"gzip\"";
    private static final String TO_BLOB_PARQUET =
            "{\"type\":\"ParquetSink\",\"storeSettings\":{\"type\":\"AzureBlobStorageWriteSettings\"}}";
    private static final String TO_BLOB_CSV =
            "{\"type\":\"DelimitedTextSink\",\"storeSettings\":{\"type\":\"AzureBlobStorageWriteSettings\"}}";

    private static TestFactory factory(Installation installation, String name, Database database, Path folder) {
        return installation
                .factory(name)
                .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                .folder("Landing", folder);
    }

    @Test
    void a_table_becomes_a_parquet_file_and_the_output_tells_the_truth(Installation installation, Database database)
            throws Exception {
        Path folder = installation.files("to-parquet");
        TestFactory factory = factory(installation, "to-parquet", database, folder)
                .table("Lineitem", "Shop", "public", "lineitem")
                .parquet("File", "Landing", "in/deep/lineitem.parquet")
                .pipeline("Copy", Copy.of("Copy", "Lineitem", FROM_TABLE, "File", TO_PARQUET));
        Run run = succeeded(factory.run("Copy"));
        Path file = folder.resolve("in/deep/lineitem.parquet");
        assertThat(Verification.ofParquet(file, Tpch.LINEITEM)).isEqualTo(source(database, Tpch.LINEITEM));

        JsonNode output = run.output("Copy");
        long rows = Long.parseLong(Stage.ask(database, "SELECT count(*) FROM lineitem"));
        assertThat(output.path("rowsRead").asLong()).isEqualTo(rows);
        assertThat(output.path("rowsCopied").asLong()).isEqualTo(rows);
        assertThat(output.path("dataWritten").asLong()).isEqualTo(Files.size(file));
        long textBytes = Long.parseLong(Stage.ask(database, "SELECT sum(length(l_comment)) FROM lineitem"));
        assertThat(output.path("dataRead").asLong()).isGreaterThan(textBytes);
        assertThat(output.path("filesWritten").asLong()).isEqualTo(1);
        assertThat(output.path("usedParallelCopies").asInt()).isPositive();
        assertThat(output.path("errors").isArray()).isTrue();
        assertThat(output.path("errors").isEmpty()).isTrue();

        JsonNode attempt = run.activity("Copy");
        Duration whole = Duration.between(
                Instant.parse(attempt.path("activityRunStart").asString()),
                Instant.parse(attempt.path("activityRunEnd").asString()));
        assertThat(output.path("copyDuration").isIntegralNumber()).isTrue();
        assertThat(output.path("copyDuration").asLong()).isBetween(0L, whole.toSeconds() + 1);
        // Throughput in KB/s, of a copy that took at most the activity's time.
        assertThat(output.path("throughput").asDouble())
                .isGreaterThanOrEqualTo(output.path("dataRead").asLong() / 1024.0 / (whole.toMillis() / 1e3 + 0.01));

        JsonNode details = output.path("executionDetails").path(0);
        assertThat(details.path("status").asString()).isEqualTo("Succeeded");
        assertThat(details.path("source").path("type").asString()).isEqualTo("PostgreSqlV2");
        assertThat(details.path("sink").path("type").asString()).isEqualTo("FileServer");
        assertThat(Instant.parse(details.path("start").asString()))
                .isBetween(
                        Instant.parse(run.run().path("runStart").asString()),
                        Instant.parse(run.run().path("runEnd").asString()));
        assertThat(details.path("profile").isObject()).isTrue();
        assertThat(details.path("detailedDurations").isObject()).isTrue();
    }

    /// Rows with marks go from store to store, some are refused and told of; then everything that the service has
    /// written is searched for them: its database, its folders, its output.
    @Test
    void G16_no_row_passes_through_the_service(Installation installation, Database database) throws Exception {
        String mark = "MarkOfARowThatNobodyElseHas";
        Stage.execute(
                database,
                "CREATE TABLE marked AS SELECT i AS id, '" + mark + "-' || i AS text FROM generate_series(1, 20000) i");
        Path folder = installation.files("marked");
        TestFactory factory = factory(installation, "marked", database, folder)
                .table("Rows", "Shop", "public", "marked")
                .csv("File", "Landing", "rows.csv", "")
                .parquet("Other", "Landing", "rows.parquet")
                .pipeline(
                        "Copy",
                        Copy.of("There", "Rows", FROM_TABLE, "File", TO_CSV),
                        Copy.of("As Parquet", "Rows", FROM_TABLE, "Other", TO_PARQUET));
        Run run = succeeded(factory.run("Copy"));
        assertThat(run.output("There").path("rowsCopied").asLong()).isEqualTo(20_000);
        assertThat(Files.readString(folder.resolve("rows.csv"))).contains(mark + "-20000");
        List<Path> searched;
        try (Stream<Path> files = Files.walk(installation.data())) {
            searched = files.filter(Files::isRegularFile).toList();
        }
        assertThat(searched).extracting(f -> f.getFileName().toString()).contains("service.db");
        boolean named = false;
        for (Path file : searched) {
            String content = new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
            named |= content.contains("As Parquet");
            assertThat(content.contains(mark)).as("%s", file).isFalse();
        }
        assertThat(named).as("the search does look into the database").isTrue();
        assertThat(factory.activities(run.run().path("runId").asString()).toString())
                .contains("As Parquet")
                .doesNotContain(mark);
    }

    @Test
    void a_table_becomes_a_gzip_csv_file(Installation installation, Database database) throws Exception {
        Path folder = installation.files("to-csv");
        TestFactory factory = factory(installation, "to-csv", database, folder)
                .table("Orders", "Shop", "public", "orders")
                .csv("File", "Landing", "orders.csv.gz", GZIP)
                .pipeline("Copy", Copy.of("Copy", "Orders", FROM_TABLE, "File", TO_CSV));
        JsonNode output = succeeded(factory.run("Copy")).output("Copy");
        Path file = folder.resolve("orders.csv.gz");
        assertThat(Verification.ofCsv(file, Tpch.ORDERS)).isEqualTo(source(database, Tpch.ORDERS));
        assertThat(output.path("dataWritten").asLong()).isEqualTo(Files.size(file));
        assertThat(output.path("rowsCopied").asLong()).isEqualTo(15_000);
    }

    @Test
    void a_table_becomes_blobs(Installation installation, Database database, Azurite azurite) throws Exception {
        Path folder = installation.files("from-blobs");
        String container = azurite.containerName();
        TestFactory factory = factory(installation, "to-blobs", database, folder)
                .linkedService("Blobs", "AzureBlobStorage", Map.of("connectionString", azurite.connectionString()))
                .table("Customer", "Shop", "public", "customer")
                .parquet("Parquet", "Blobs", container + ":road/customer.parquet")
                .csv("Csv", "Blobs", container + ":road/customer.csv.gz", GZIP)
                .pipeline(
                        "Copy",
                        Copy.of("As Parquet", "Customer", FROM_TABLE, "Parquet", TO_BLOB_PARQUET),
                        Copy.of("As CSV", "Customer", FROM_TABLE, "Csv", TO_BLOB_CSV));
        Run run = succeeded(factory.run("Copy"));
        azurite.download(folder);
        Path parquet = folder.resolve("road/customer.parquet");
        Path csv = folder.resolve("road/customer.csv.gz");
        Fingerprint source = source(database, Tpch.CUSTOMER);
        assertThat(Verification.ofParquet(parquet, Tpch.CUSTOMER)).isEqualTo(source);
        assertThat(Verification.ofCsv(csv, Tpch.CUSTOMER)).isEqualTo(source);
        assertThat(run.output("As Parquet").path("dataWritten").asLong()).isEqualTo(Files.size(parquet));
        assertThat(run.output("As CSV").path("dataWritten").asLong()).isEqualTo(Files.size(csv));
        assertThat(run.output("As CSV")
                        .path("executionDetails")
                        .path(0)
                        .path("sink")
                        .path("type")
                        .asString())
                .isEqualTo("AzureBlobStorage");
    }

    @Test
    void parquet_files_become_a_table_again(Installation installation, Database database) throws Exception {
        Path folder = installation.files("from-parquet");
        TestFactory factory = factory(installation, "from-parquet", database, folder)
                .table("Lineitem", "Shop", "public", "lineitem")
                .table("Again", "Shop", Database.COPIED, "lineitem")
                .parquet("File", "Landing", "lineitem.parquet")
                .pipeline(
                        "Copy",
                        Copy.of("Out", "Lineitem", FROM_TABLE, "File", TO_PARQUET),
                        Copy.of("Back", "File", FROM_PARQUET, "Again", TO_TABLE).after("Out", "Succeeded"));
        JsonNode output = succeeded(factory.run("Copy")).output("Back");
        try (Connection c = database.connect()) {
            assertThat(Verification.ofTable(c, Database.COPIED, Tpch.LINEITEM))
                    .isEqualTo(source(database, Tpch.LINEITEM));
        }
        assertThat(output.path("filesRead").asLong()).isEqualTo(1);
        assertThat(output.path("dataRead").asLong())
                .isPositive()
                .isLessThanOrEqualTo(Files.size(folder.resolve("lineitem.parquet")));
        assertThat(output.path("rowsCopied").asLong())
                .isEqualTo(source(database, Tpch.LINEITEM).rows());
    }

    @Test
    void a_file_is_visible_only_when_it_is_complete(Installation installation, Database database) throws Exception {
        Path folder = installation.files("visible");
        try (RowGate gate = new RowGate(database)) {
            TestFactory factory = factory(installation, "visible", database, folder)
                    .table("Rows", "Shop", "public", "orders")
                    .parquet("Parquet", "Landing", "rows.parquet")
                    .csv("Csv", "Landing", "rows.csv", "")
                    .pipeline(
                            "Copy",
                            Copy.of(
                                    "As Parquet",
                                    "Rows",
                                    TestFactory.fromQuery(gate.query(300_000)),
                                    "Parquet",
                                    TO_PARQUET),
                            Copy.of("As CSV", "Rows", TestFactory.fromQuery(gate.query(300_000)), "Csv", TO_CSV));
            String run = factory.start("Copy");
            gate.awaitReaders(2, factory, run);
            Eventually.holds(
                    "bytes have been written aside", () -> !hidden(folder).isEmpty());
            assertThat(visible(folder)).isEmpty();
            gate.open();
            succeeded(factory.finish(run));
        }
        assertThat(visible(folder)).containsExactlyInAnyOrder("rows.csv", "rows.parquet");
        assertThat(hidden(folder)).isEmpty();
        assertThat(duckdb("SELECT count(*) || ' ' || sum(id) FROM read_parquet('" + folder.resolve("rows.parquet")
                        + "')"))
                .isEqualTo("300000 45000150000");
        assertThat(duckdb("SELECT count(*) || ' ' || sum(id) FROM read_csv('" + folder.resolve("rows.csv") + "')"))
                .isEqualTo("300000 45000150000");
    }

    @Test
    void a_cancelled_copy_ends_and_leaves_nothing_half_written(Installation installation, Database database)
            throws Exception {
        Path folder = installation.files("cancelled");
        Stage.execute(database, "CREATE TABLE cancelled_rows (id int, name text)");
        try (RowGate gate = new RowGate(database)) {
            TestFactory factory = factory(installation, "cancelled", database, folder)
                    .table("Rows", "Shop", "public", "orders")
                    .table("Target", "Shop", "public", "cancelled_rows")
                    .parquet("Parquet", "Landing", "new/rows.parquet")
                    .pipeline(
                            "Copy",
                            Copy.of(
                                    "To file",
                                    "Rows",
                                    TestFactory.fromQuery(gate.query(300_000)),
                                    "Parquet",
                                    TO_PARQUET),
                            Copy.of(
                                    "To table",
                                    "Rows",
                                    TestFactory.fromQuery(gate.query(300_000)),
                                    "Target",
                                    TO_TABLE));
            String run = factory.start("Copy");
            gate.awaitReaders(2, factory, run);
            factory.cancel(run);
            Run cancelled = factory.finish(run, Duration.ofSeconds(20));
            assertThat(cancelled.status()).isEqualTo("Cancelled");
            assertThat(cancelled.activities())
                    .extracting(a -> a.path("status").asString())
                    .containsExactly("Cancelled", "Cancelled");
            assertThat(folder).isEmptyDirectory();
            // The gate is still shut: the copies ended because they were told to, not because they were done.
            gate.open();
        }
        Eventually.holds(
                "no connection holds the table any more",
                () -> Stage.ask(
                                database,
                                "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE"
                                        + " c.relname = 'cancelled_rows' AND l.pid <> pg_backend_pid()")
                        .equals("0"));
        assertThat(Stage.ask(database, "SELECT count(*) FROM cancelled_rows")).isEqualTo("0");
    }

    @Test
    void parameters_and_expressions_reach_queries_and_datasets(Installation installation, Database database)
            throws Exception {
        Path folder = installation.files("expressions");
        TestFactory factory = factory(installation, "expressions", database, folder)
                .table("Rows", "Shop", "public", "orders")
                .dataset("File", "DelimitedText", "Landing", """
                        {"location":{"type":"FileServerLocation",
                          "folderPath":{"value":"@concat('day=', dataset().day)","type":"Expression"},
                          "fileName":{"value":"@{dataset().name}-@{length(dataset().day)}.csv","type":"Expression"}},
                         "firstRowAsHeader":true,"columnDelimiter":";"}""", "day", "name");
        String source = """
                {"type":"PostgreSqlV2Source","query":{"type":"Expression","value":
                 "SELECT '@{pipeline().parameters.greeting}' AS word, @{add(int(pipeline().parameters.count), 1)} AS n"}}""";
        factory.pipeline(
                "Copy",
                List.of("greeting", "count", "day"),
                List.of(Copy.of("Copy", "Rows", source, "File", TO_CSV)
                        .parameters(
                                "{}",
                                "{\"day\":{\"value\":\"@pipeline().parameters.day\",\"type\":\"Expression\"},"
                                        + "\"name\":{\"value\":\"@toLower(pipeline().Pipeline)\",\"type\":\"Expression\"}}")
                        .json()));
        succeeded(factory.finish(factory.start(
                "Copy", "{\"greeting\":\"grüß; \\\"dich\\\"\",\"count\":\"41\",\"day\":\"2026-01-31\"}")));
        assertThat(folder.resolve("day=2026-01-31/copy-10.csv"))
                .content()
                .isEqualToNormalizingNewlines("word;n\n\"grüß; \\\"dich\\\"\";42\n");
    }

    @Test
    void what_comes_next_depends_on_how_a_copy_ended(Installation installation, Database database) throws Exception {
        Path folder = installation.files("dependencies");
        Files.writeString(folder.resolve("in.csv"), "id\n1\n");
        TestFactory factory = factory(installation, "dependencies", database, folder)
                .csv("In", "Landing", "in.csv", "")
                .csv("Missing", "Landing", "missing.csv", "");
        List<String> outputs =
                List.of("Good", "AfterGood", "AfterBad", "AfterAny", "Never", "AfterSkipped", "NeverEither");
        outputs.forEach(o -> factory.csv(o, "Landing", o + ".csv", ""));
        factory.pipeline(
                "Copy",
                copy("Good", "In"),
                Copy.of("Bad", "Missing", FROM_CSV, "Good", TO_CSV).after("Good", "Succeeded"),
                copy("AfterGood", "In").after("Good", "Succeeded"),
                copy("AfterBad", "In").after("Bad", "Failed"),
                copy("AfterAny", "In").after("Bad", "Completed").after("Good", "Completed"),
                copy("Never", "In").after("Bad", "Succeeded"),
                copy("AfterSkipped", "In").after("Never", "Skipped"),
                copy("NeverEither", "In").after("AfterGood", "Failed"));
        Run run = factory.run("Copy");
        assertThat(run.activities().stream()
                        .filter(a -> a.path("status").asString("").equals("Succeeded"))
                        .map(a -> a.path("activityName").asString()))
                .containsExactlyInAnyOrder("Good", "AfterGood", "AfterBad", "AfterAny", "AfterSkipped");
        assertThat(run.activity("Bad").path("status").asString()).isEqualTo("Failed");
        assertThat(visible(folder))
                .containsExactlyInAnyOrder(
                        "in.csv", "Good.csv", "AfterGood.csv", "AfterBad.csv", "AfterAny.csv", "AfterSkipped.csv");
        // The failed copy was caught by what followed it; the skipped leaf behind a good one does no harm.
        assertThat(run.status()).as(run.toString()).isEqualTo("Succeeded");
    }

    @Test
    void a_failure_that_nothing_follows_fails_the_run(Installation installation, Database database) throws Exception {
        Path folder = installation.files("failing");
        TestFactory factory = factory(installation, "failing", database, folder)
                .csv("Missing", "Landing", "missing.csv", "")
                .csv("Out", "Landing", "out.csv", "")
                .pipeline("Copy", Copy.of("Bad", "Missing", FROM_CSV, "Out", TO_CSV));
        Run run = factory.run("Copy");
        assertThat(run.status()).isEqualTo("Failed");
        assertThat(run.run().path("message").asString())
                .contains("Operation on target Bad failed")
                .contains("missing.csv");
        assertThat(visible(folder)).isEmpty();
    }

    private static Copy copy(String name, String input) {
        return Copy.of(name, input, FROM_CSV, name, TO_CSV);
    }

    private static Run succeeded(Run run) {
        assertThat(run.status()).as(run.toString()).isEqualTo("Succeeded");
        return run;
    }

    private static Fingerprint source(Database database, Tpch table) throws SQLException {
        try (Connection c = database.connect()) {
            return Verification.ofTable(c, "public", table);
        }
    }

    private static String duckdb(String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection("jdbc:duckdb:");
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }

    private static List<String> visible(Path folder) throws IOException {
        return names(folder).filter(n -> !n.startsWith(".")).toList();
    }

    private static List<String> hidden(Path folder) throws IOException {
        return names(folder).filter(n -> n.startsWith(".")).toList();
    }

    private static Stream<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> String.valueOf(f.getFileName())).toList().stream();
        }
    }
}
