package dev.sluice.acceptance;

import static dev.sluice.acceptance.TestFactory.FROM_CSV;
import static dev.sluice.acceptance.TestFactory.FROM_TABLE;
import static dev.sluice.acceptance.TestFactory.TO_CSV;
import static dev.sluice.acceptance.TestFactory.TO_PARQUET;
import static dev.sluice.acceptance.TestFactory.TO_TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import dev.sluice.demo.Azurite;
import dev.sluice.demo.Database;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// What goes wrong with real stores, through service and node: every failure has its code, a cause that says what was
/// seen, steps that mend it, and leaves nothing half-written.
@ExtendWith(Stage.class)
class ErrorsTest {
    private static final String FROM_BLOB =
            "{\"type\":\"DelimitedTextSource\",\"storeSettings\":{\"type\":\"AzureBlobStorageReadSettings\"}}";
    private static final String TO_BLOB =
            "{\"type\":\"DelimitedTextSink\",\"storeSettings\":{\"type\":\"AzureBlobStorageWriteSettings\"}}";

    /// Copies the table `public.orders` of a server that differs in one member from the right one.
    private static JsonNode failedServer(
            Installation installation, Database database, String name, String member, Object value) {
        Path folder = installation.files(name);
        Map<String, Object> server = new HashMap<>(database.linkedService());
        server.put(member, value);
        TestFactory factory = installation
                .factory(name)
                .linkedService("Shop", "PostgreSqlV2", server)
                .folder("Landing", folder)
                .table("Orders", "Shop", "public", "orders")
                .parquet("File", "Landing", "orders.parquet")
                .pipeline("Copy", Copy.of("Copy", "Orders", FROM_TABLE, "File", TO_PARQUET));
        JsonNode cause = failed(factory.run("Copy"));
        assertThat(folder).isEmptyDirectory();
        return cause;
    }

    /// What every failed copy has, whatever failed.
    private static JsonNode failed(Run run) {
        assertThat(run.status()).as(run.toString()).isEqualTo("Failed");
        JsonNode attempt = run.activity("Copy");
        JsonNode error = attempt.path("error");
        JsonNode cause = Run.cause(attempt);
        assertThat(error.path("errorCode").asString()).isEqualTo("2200");
        assertThat(error.path("failureType").asString()).isIn("UserError", "SystemError");
        assertThat(error.path("target").asString()).isEqualTo("Copy");
        assertThat(error.path("message").asString())
                .contains("ErrorCode=" + cause.path("code").asString())
                .contains(cause.path("cause").asString());
        assertThat(cause.path("cause").asString()).doesNotContain("unknown)").doesNotContain("{");
        assertThat(cause.path("evidence").isEmpty()).isFalse();
        assertThat(cause.path("resolution").isEmpty()).isFalse();
        for (JsonNode step : cause.path("resolution")) {
            assertThat(step.asString()).doesNotContain("unknown)").doesNotContain("{");
        }
        assertThat(run.run().path("message").asString()).contains("Operation on target Copy failed");
        assertThat(run.toString())
                .doesNotContain("\\tat ")
                .doesNotContain(".java:")
                .doesNotContain("Caused by");
        return cause;
    }

    private static String evidence(JsonNode cause, String name) {
        return cause.path("evidence").path(name).asString("(none)");
    }

    @Test
    void a_wrong_password_is_named_with_server_and_user(Installation installation, Database database) {
        JsonNode cause = failedServer(
                installation,
                database,
                "wrong-password",
                "password",
                Map.of("type", "SecureString", "value", "n0t-the-Passw0rd"));
        assertThat(cause.path("code").asString()).isEqualTo("CredentialRejected");
        assertThat(cause.path("cause").asString())
                .isEqualTo("Shop at 127.0.0.1:" + database.port() + " rejected the user name or password of '"
                        + Stage.user(database) + "'.");
        assertThat(evidence(cause, "status")).isEqualTo("28P01");
        assertThat(cause.toString()).doesNotContain("n0t-the-Passw0rd");
    }

    @Test
    void an_unknown_host_is_named(Installation installation, Database database) {
        JsonNode cause = failedServer(installation, database, "unknown-host", "server", "no-such-host.invalid");
        assertThat(cause.path("code").asString()).isEqualTo("HostNameUnresolvable");
        assertThat(cause.path("cause").asString()).contains("'no-such-host.invalid'");
        assertThat(evidence(cause, "store")).isEqualTo("Shop");
    }

    @Test
    void a_refused_port_is_named(Installation installation, Database database) throws IOException {
        int port;
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = s.getLocalPort();
        }
        JsonNode cause = failedServer(installation, database, "refused-port", "port", port);
        assertThat(cause.path("code").asString()).isEqualTo("ConnectionRefused");
        assertThat(cause.path("cause").asString()).startsWith("127.0.0.1:" + port + " refused the connection");
        assertThat(cause.path("retryable").asBoolean()).isTrue();
    }

    @Test
    void a_missing_database_is_named(Installation installation, Database database) {
        JsonNode cause = failedServer(installation, database, "missing-database", "database", "warehouse");
        assertThat(cause.path("code").asString()).isEqualTo("DatabaseNotFound");
        assertThat(cause.path("cause").asString()).contains("'warehouse'");
    }

    @Test
    void a_missing_table_is_named_with_its_store(Installation installation, Database database) {
        Path folder = installation.files("missing-table");
        TestFactory factory = installation
                .factory("missing-table")
                .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                .folder("Landing", folder)
                .table("Orders", "Shop", "public", "Orders")
                .parquet("File", "Landing", "orders.parquet")
                .pipeline("Copy", Copy.of("Copy", "Orders", FROM_TABLE, "File", TO_PARQUET));
        JsonNode cause = failed(factory.run("Copy"));
        assertThat(cause.path("code").asString()).isEqualTo("TableNotFound");
        assertThat(cause.path("kind").asString()).isEqualTo("SOURCE");
        assertThat(cause.path("cause").asString())
                .contains("Orders")
                .contains("Shop")
                .contains(Stage.user(database));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void a_missing_sink_table_is_the_sinks_fault(Installation installation, Database database) throws IOException {
        JsonNode cause = toTable(installation, database, "missing-sink-table", "no_such_table", "id\n1\n");
        assertThat(cause.path("code").asString()).isEqualTo("TableNotFound");
        assertThat(cause.path("kind").asString()).isEqualTo("SINK");
        assertThat(cause.path("cause").asString()).contains("no_such_table");
    }

    @Test
    void a_missing_file_is_named_with_its_store(Installation installation) {
        Path folder = installation.files("missing-file");
        TestFactory factory = installation
                .factory("missing-file")
                .folder("Landing", folder)
                .csv("In", "Landing", "orders/today.csv", "")
                .csv("Out", "Landing", "out.csv", "")
                .pipeline("Copy", Copy.of("Copy", "In", FROM_CSV, "Out", TO_CSV));
        JsonNode cause = failed(factory.run("Copy"));
        assertThat(cause.path("code").asString()).isEqualTo("FileNotFound");
        assertThat(cause.path("cause").asString())
                .isEqualTo("In: orders/today.csv does not exist in folder " + folder + ".");
        assertThat(cause.path("kind").asString()).isEqualTo("SOURCE");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void a_file_outside_the_root_folder_is_refused(Installation installation) throws IOException {
        Path folder = installation.files("outside");
        Path root = Files.createDirectories(folder.resolve("root"));
        Files.writeString(folder.resolve("secret.csv"), "id\n1\n");
        TestFactory factory = installation
                .factory("outside")
                .folder("Landing", root)
                .csv("In", "Landing", "../secret.csv", "")
                .csv("Out", "Landing", "out.csv", "")
                .pipeline("Copy", Copy.of("Copy", "In", FROM_CSV, "Out", TO_CSV));
        JsonNode cause = failed(factory.run("Copy"));
        assertThat(cause.path("code").asString()).isEqualTo("PathOutsideRoot");
        assertThat(root).isEmptyDirectory();
    }

    /// Copies a CSV file into a table of that name.
    private static JsonNode toTable(Installation installation, Database database, String name, String table, String csv)
            throws IOException {
        Path folder = installation.files(name);
        Files.writeString(folder.resolve("in.csv"), csv);
        TestFactory factory = installation
                .factory(name)
                .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                .folder("Landing", folder)
                .csv("In", "Landing", "in.csv", "")
                .table("Out", "Shop", "public", table)
                .pipeline("Copy", Copy.of("Copy", "In", FROM_CSV, "Out", TO_TABLE));
        return failed(factory.run("Copy"));
    }

    private static void assertOnlyTheRowFromBefore(Database database, String table) {
        assertThat(Stage.ask(database, "SELECT count(*) FROM " + table)).isEqualTo("1");
    }

    @Test
    void a_value_of_the_wrong_type_is_named_with_row_and_column(Installation installation, Database database)
            throws IOException {
        Stage.execute(database, "CREATE TABLE mismatch (id int, amount int); INSERT INTO mismatch VALUES (0, 0)");
        StringBuilder csv = new StringBuilder("id,amount\n");
        for (int i = 1; i <= 5_000; i++) {
            csv.append(i)
                    .append(',')
                    .append(i == 4_321 ? "twelve" : Integer.toString(i))
                    .append('\n');
        }
        JsonNode cause = toTable(installation, database, "mismatch", "mismatch", csv.toString());
        assertThat(cause.path("code").asString()).isEqualTo("TypeConversionFailed");
        assertThat(cause.path("location").asString())
                .contains("in.csv")
                .contains("row 4321")
                .contains("column amount");
        assertThat(cause.path("cause").asString()).contains("'twelve'").contains("'amount'");
        assertThat(evidence(cause, "row")).isEqualTo("4321");
        assertOnlyTheRowFromBefore(database, "mismatch");
    }

    @Test
    void a_null_for_a_column_that_has_none_is_named(Installation installation, Database database) throws IOException {
        Stage.execute(
                database, "CREATE TABLE required (id int, name text NOT NULL); INSERT INTO required VALUES (0, 'x')");
        JsonNode cause = toTable(installation, database, "required", "required", "id,name\n1,one\n2,\n3,three\n");
        assertThat(cause.path("code").asString()).isEqualTo("NullNotAllowed");
        assertThat(cause.path("kind").asString()).isEqualTo("SINK");
        assertThat(evidence(cause, "column")).isEqualTo("name");
        assertThat(cause.path("location").asString()).contains("row 2");
        assertOnlyTheRowFromBefore(database, "required");
    }

    @Test
    void a_row_that_breaks_a_constraint_is_named(Installation installation, Database database) throws IOException {
        Stage.execute(database, "CREATE TABLE uniq (id int PRIMARY KEY); INSERT INTO uniq VALUES (0)");
        JsonNode cause = toTable(installation, database, "uniq", "uniq", "id\n1\n2\n2\n");
        assertThat(cause.path("code").asString()).isEqualTo("RowRefusedBySink");
        assertThat(evidence(cause, "status")).isEqualTo("23505");
        assertThat(evidence(cause, "constraint")).isEqualTo("uniq_pkey");
        assertOnlyTheRowFromBefore(database, "uniq");
    }

    @Test
    void a_full_disk_is_named_and_what_was_written_is_removed(Installation installation, Database database)
            throws Exception {
        Path folder = installation.files("full");
        assumeTrue(
                command("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.toString()) == 0,
                "SKIPPED: a small file system cannot be mounted here (not root)");
        try {
            TestFactory factory = installation
                    .factory("full")
                    .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                    .folder("Landing", folder)
                    .table("Lineitem", "Shop", "public", "lineitem")
                    .csv("File", "Landing", "deep/lineitem.csv", "")
                    .pipeline("Copy", Copy.of("Copy", "Lineitem", FROM_TABLE, "File", TO_CSV));
            JsonNode cause = failed(factory.run("Copy"));
            assertThat(cause.path("code").asString()).isEqualTo("DiskFull");
            assertThat(cause.path("kind").asString()).isEqualTo("SINK");
            assertThat(cause.path("cause").asString()).contains("deep/lineitem.csv");
            assertThat(folder).isEmptyDirectory();
        } finally {
            command("umount", folder.toString());
        }
    }

    private static int command(String... command) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        p.getInputStream().readAllBytes();
        return p.waitFor();
    }

    @Test
    void a_connection_cut_in_the_middle_is_named_and_nothing_is_kept(Installation installation, Database database)
            throws Exception {
        Path folder = installation.files("cut");
        try (RowGate gate = new RowGate(database)) {
            TestFactory factory = gated(installation, database, "cut", folder, gate, "0.00:05:00");
            String run = factory.start("Copy");
            gate.awaitReaders(1, factory, run);
            gate.cutReaders();
            JsonNode cause = failed(factory.finish(run));
            assertThat(cause.path("code").asString()).isEqualTo("ConnectionLost");
            assertThat(cause.path("cause").asString()).contains("127.0.0.1:" + database.port());
            assertThat(cause.path("retryable").asBoolean()).isTrue();
            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void a_copy_that_takes_longer_than_its_timeout_is_ended(Installation installation, Database database)
            throws Exception {
        Path folder = installation.files("late");
        try (RowGate gate = new RowGate(database)) {
            TestFactory factory = gated(installation, database, "late", folder, gate, "0.00:00:02");
            JsonNode cause = failed(factory.run("Copy"));
            assertThat(cause.path("code").asString()).isEqualTo("ActivityTimedOut");
            assertThat(cause.path("cause").asString()).contains("'Copy'").contains("00:00:02");
            Eventually.holds("nothing half-written is left", () -> {
                try (var files = Files.list(folder)) {
                    return files.findAny().isEmpty();
                }
            });
        }
    }

    /// A copy that stands in the middle of its rows.
    private static TestFactory gated(
            Installation installation, Database database, String name, Path folder, RowGate gate, String timeout) {
        return installation
                .factory(name)
                .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                .folder("Landing", folder)
                .table("Rows", "Shop", "public", "orders")
                .parquet("File", "Landing", "rows.parquet")
                .pipeline(
                        "Copy",
                        Copy.of("Copy", "Rows", TestFactory.fromQuery(gate.query(300_000)), "File", TO_PARQUET)
                                .timeout(timeout));
    }

    @Test
    void a_missing_container_is_named(Installation installation, Azurite azurite) {
        JsonNode cause =
                blobs(installation, azurite.connectionString(), "missing-container", "no-such-container", true);
        assertThat(cause.path("code").asString()).isEqualTo("ContainerNotFound");
        assertThat(cause.path("cause").asString())
                .isEqualTo("The container 'no-such-container' does not exist in Blobs.");
    }

    @Test
    void a_missing_blob_is_named(Installation installation, Azurite azurite) {
        JsonNode cause = blobs(installation, azurite.connectionString(), "missing-blob", azurite.containerName(), true);
        assertThat(cause.path("code").asString()).isEqualTo("FileNotFound");
        assertThat(cause.path("cause").asString()).contains("some/blob.csv").contains("container 'demo'");
    }

    @Test
    void a_wrong_account_key_is_named_and_not_shown(Installation installation, Azurite azurite) {
        String key = "bm90IHRoZSBrZXkgb2YgdGhpcyBhY2NvdW50IGF0IGFsbCwgYnV0IGFzIGxvbmc=";
        String wrong = azurite.connectionString().replaceFirst("AccountKey=[^;]+", "AccountKey=" + key);
        JsonNode cause = blobs(installation, wrong, "wrong-key", azurite.containerName(), false);
        assertThat(cause.path("code").asString()).isEqualTo("CredentialRejected");
        assertThat(cause.toString()).doesNotContain(key);
    }

    private static JsonNode blobs(
            Installation installation, String connection, String name, String container, boolean asSource) {
        Path folder = installation.files(name);
        TestFactory factory = installation
                .factory(name)
                .linkedService("Blobs", "AzureBlobStorage", Map.of("connectionString", connection))
                .folder("Landing", folder)
                .csv("Blob", "Blobs", container + ":some/blob.csv", "")
                .csv("File", "Landing", "file.csv", "");
        if (asSource) {
            factory.pipeline("Copy", Copy.of("Copy", "Blob", FROM_BLOB, "File", TO_CSV));
            JsonNode cause = failed(factory.run("Copy"));
            assertThat(folder).isEmptyDirectory();
            return cause;
        }
        try {
            Files.writeString(folder.resolve("file.csv"), "id\n1\n");
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        factory.pipeline("Copy", Copy.of("Copy", "File", FROM_CSV, "Blob", TO_BLOB));
        return failed(factory.run("Copy"));
    }

    @Test
    void an_expression_that_cannot_be_evaluated_is_named_with_its_place(Installation installation) {
        TestFactory factory = installation
                .factory("expression")
                .folder("Landing", installation.files("expression"))
                .dataset(
                        "In",
                        "DelimitedText",
                        "Landing",
                        "{\"location\":{\"type\":\"FileServerLocation\",\"fileName\":{\"type\":\"Expression\","
                                + "\"value\":\"@{int('twelve')}.csv\"}}}")
                .csv("Out", "Landing", "out.csv", "")
                .pipeline("Copy", Copy.of("Copy", "In", FROM_CSV, "Out", TO_CSV));
        Run run = factory.run("Copy");
        assertThat(run.status()).isEqualTo("Failed");
        JsonNode cause = Run.cause(run.activity("Copy"));
        assertThat(cause.path("code").asString()).isEqualTo("InvalidTemplate");
        assertThat(cause.path("location").asString()).contains("fileName");
        assertThat(cause.path("cause").asString()).contains("int('twelve')");
        assertThat(run.toString()).doesNotContain("\\tat ").doesNotContain(".java:");
    }
}
