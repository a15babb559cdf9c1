package dev.sluice.acceptance;

import static dev.sluice.acceptance.TestFactory.FROM_TABLE;
import static dev.sluice.acceptance.TestFactory.TO_PARQUET;
import static dev.sluice.acceptance.TestFactory.fromQuery;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.demo.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// Secrets that are marked well enough to be looked for in everything that our processes write, answer or show.
@ExtendWith(Stage.class)
class SecretsTest {
    private static final String WRONG = "Marker-Wrong-Passw0rd-7Qx";
    private static final String KEY = Base64.getEncoder()
            .encodeToString("Marker of an account key that nobody else would have".getBytes(StandardCharsets.UTF_8));
    private static final String ARGUMENT = "Marker-Secure-Argument-5Zt";

    @Test
    void no_secret_is_found_in_databases_logs_answers_processes_or_folders(Database database) throws Exception {
        String right = Stage.password(database);
        Map<String, String> marks = new LinkedHashMap<>();
        marks.put("the password", right);
        marks.put("the wrong password", WRONG);
        marks.put("the account key", KEY);
        marks.put("the secure argument", ARGUMENT);
        marks.put("the password in base64", base64(right));
        marks.put("the wrong password in base64", base64(WRONG));
        marks.put("the argument in base64", base64(ARGUMENT));

        try (Installation installation = new Installation();
                RowGate gate = new RowGate(database)) {
            installation.up();
            TestFactory factory = fill(installation, database, right);
            factory.pipeline(
                    "Works",
                    Copy.of("Gated", "Rows", fromQuery(gate.query(30_000)), "File", TO_PARQUET),
                    Copy.of("Through", "ByString", FROM_TABLE, "Other", TO_PARQUET));
            factory.pipeline("Fails", Copy.of("Copy", "Wrong", FROM_TABLE, "Never", TO_PARQUET));
            factory.pipeline("Fails too", Copy.of("Copy", "Blob", "{\"type\":\"ParquetSource\"}", "Never", TO_PARQUET));
            secureParameter(factory);

            String works = factory.start("Works");
            gate.awaitReaders(1, factory, works);
            List<String> seen = new ArrayList<>(processes(installation));
            assertThat(seen).hasSizeGreaterThan(3);
            String fails = factory.start("Fails");
            String failsToo = factory.start("Fails too");
            String argued = factory.start("Argued", "{\"hidden\":\"" + ARGUMENT + "\"}");
            assertThat(factory.finish(fails).status()).isEqualTo("Failed");
            assertThat(factory.finish(failsToo).status()).isEqualTo("Failed");
            assertThat(factory.finish(argued).status()).isEqualTo("Succeeded");
            seen.addAll(processes(installation));
            seen.addAll(answers(installation, factory, List.of(works, fails, failsToo, argued)));
            assertClean(marks, "files while a copy runs", files(installation));
            gate.open();
            assertThat(factory.finish(works).status()).isEqualTo("Succeeded");
            seen.addAll(answers(installation, factory, List.of(works)));

            assertThat(seen).anyMatch(s -> s.contains("**********"));
            for (String text : seen) {
                assertClean(marks, "an answer or process", text);
            }
            Program up = installation.program("up");
            up.terminate();
            up.awaitExit();
            assertClean(marks, "files at the end", files(installation));
        }
    }

    @Test
    void a_linked_service_that_is_read_and_saved_again_keeps_its_secret(Installation installation, Database database) {
        TestFactory factory = installation
                .factory("saved-again")
                .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                .folder("Landing", installation.files("saved-again"))
                .table("Customer", "Shop", "public", "customer")
                .parquet("File", "Landing", "customer.parquet")
                .pipeline("Copy", Copy.of("Copy", "Customer", FROM_TABLE, "File", TO_PARQUET));
        String path = factory.paths().one("linkedservices", "Shop");
        var shown = factory.client().get(path);
        assertThat(shown.toString()).contains("**********").doesNotContain(Stage.password(database));
        // As generic tools change a resource: read, change a member, write the whole.
        ((tools.jackson.databind.node.ObjectNode) shown.path("properties")).put("description", "changed");
        factory.client().put(path, shown);
        assertThat(factory.run("Copy").status()).isEqualTo("Succeeded");
        assertThat(factory.client().get(path).at("/properties/description").asString())
                .isEqualTo("changed");
    }

    private static TestFactory fill(Installation installation, Database database, String right) {
        String host = "Host=127.0.0.1;Port=" + database.port() + ";Database=postgres;Username=" + Stage.user(database)
                + ";SSLMode=0;Password=";
        Map<String, Object> wrong = new HashMap<>(database.linkedService());
        wrong.put("password", Map.of("type", "SecureString", "value", WRONG));
        return installation
                .factory("secretive")
                .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                .linkedService("ShopByString", "PostgreSqlV2", Map.of("connectionString", host + right))
                .linkedService("WrongShop", "PostgreSqlV2", wrong)
                .linkedService(
                        "Blobs",
                        "AzureBlobStorage",
                        Map.of(
                                "connectionString",
                                "DefaultEndpointsProtocol=http;AccountName=someaccount;AccountKey=" + KEY
                                        + ";BlobEndpoint=http://127.0.0.1:1/someaccount;"))
                .folder("Landing", installation.files("landing"))
                .table("Rows", "Shop", "public", "orders")
                .table("ByString", "ShopByString", "public", "customer")
                .table("Wrong", "WrongShop", "public", "customer")
                .parquet("Blob", "Blobs", "container:x.parquet")
                .parquet("File", "Landing", "rows.parquet")
                .parquet("Other", "Landing", "other.parquet")
                .parquet("Never", "Landing", "never.parquet");
    }

    private static void secureParameter(TestFactory factory) {
        factory.client()
                .put(
                        factory.paths().one("pipelines", "Argued"),
                        tools.jackson.databind.json.JsonMapper.shared().readTree("""
                        {"properties":{"parameters":{"hidden":{"type":"SecureString"}},"activities":[
                         {"name":"W","type":"Wait","typeProperties":{"waitTimeInSeconds":1}}]}}"""));
    }

    private static String base64(String text) {
        // The last characters depend on what follows the text.
        String whole = Base64.getEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
        return whole.substring(0, whole.length() - 2);
    }

    private static List<String> answers(Installation installation, TestFactory factory, List<String> runs) {
        List<String> texts = new ArrayList<>();
        List<String> paths = new ArrayList<>(
                List.of(factory.paths().factories(), factory.paths().root()));
        for (String kind : List.of("linkedservices", "datasets", "pipelines", "integrationRuntimes")) {
            paths.add(factory.paths().all(kind));
        }
        for (String name : List.of("Shop", "ShopByString", "WrongShop", "Blobs")) {
            paths.add(factory.paths().one("linkedservices", name));
        }
        runs.forEach(r -> paths.add(factory.paths().run(r)));
        paths.forEach(p -> texts.add(factory.client().get(p).toString()));
        for (String run : runs) {
            texts.add(factory.activities(run).toString());
            texts.add(factory.client().get("/api/v1/runs/" + run + "/progress").toString());
        }
        // What was refused is not repeated either.
        texts.add(installation
                .raw(
                        "PUT",
                        factory.paths().one("linkedservices", "Broken") + "?api-version=2018-06-01",
                        "{\"properties\":{\"type\":\"PostgreSqlV2\",\"typeProperties\":{\"password\":{\"type\":"
                                + "\"SecureString\",\"value\":\"" + WRONG + "\"},]}}}")
                .body());
        return texts;
    }

    /// Command line and environment of each of our processes.
    private static List<String> processes(Installation installation) throws IOException {
        List<String> texts = new ArrayList<>();
        for (long pid : installation.processes()) {
            for (String file : List.of("cmdline", "environ")) {
                Path path = Path.of("/proc", Long.toString(pid), file);
                if (Files.exists(path)) {
                    texts.add(new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1));
                }
            }
        }
        return texts;
    }

    /// Name and content of every file of the service, its database included, the node and the logs.
    private static String files(Installation installation) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(installation.folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(file).append('\n');
                all.append(content(file)).append('\n');
            }
        }
        assertThat(all).contains("service.db").contains("node.log").contains("up.err");
        // What is no secret is found: the search does look into the database.
        assertThat(all).contains("ShopByString").contains("Port=").contains("someaccount");
        return all.toString();
    }

    private static String content(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (java.nio.file.NoSuchFileException e) {
            return "(gone meanwhile)";
        }
    }

    private static void assertClean(Map<String, String> marks, String where, String text) {
        marks.forEach((what, mark) -> {
            int at = text.indexOf(mark);
            assertThat(at)
                    .as(() -> what + " stands in " + where + ": …"
                            + text.substring(Math.max(0, at - 200), Math.min(text.length(), at + 20)))
                    .isNegative();
        });
    }
}
