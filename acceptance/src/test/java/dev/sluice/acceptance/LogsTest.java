package dev.sluice.acceptance;

import static dev.sluice.acceptance.TestFactory.FROM_TABLE;
import static dev.sluice.acceptance.TestFactory.TO_CSV;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import dev.sluice.demo.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// From a failed activity to the logs of all nodes, as a person does it.
@ExtendWith(Stage.class)
class LogsTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CANARY = "Marker-Of-Logs-Passw0rd-3Kd";

    private static Program.Ended sluice(Installation installation, String... arguments) {
        List<String> line = new ArrayList<>(List.of(arguments));
        if (!line.contains("--data")) {
            line.addAll(List.of("--data", installation.data().toString()));
        }
        return Program.run("command", installation.folder(), line.toArray(String[]::new));
    }

    private static JsonNode json(Program.Ended ended) {
        return JSON.readTree(ended.text());
    }

    private static TestFactory failing(Installation installation, Database database, Path landing) {
        Map<String, Object> wrong = new HashMap<>(database.linkedService());
        wrong.put("password", Map.of("type", "SecureString", "value", CANARY));
        return installation
                .factory("plant")
                .runtime("Group")
                .linkedService("Shop", "PostgreSqlV2", wrong, "Group")
                .linkedService("Landing", "FileServer", Map.of("host", landing.toString()), "Group")
                .table("Customer", "Shop", "public", "customer")
                .csv("File", "Landing", "customer.csv", "")
                .pipeline("Fails", Copy.of("Copy customers", "Customer", FROM_TABLE, "File", TO_CSV));
    }

    @Test
    void S01_one_call_collects_the_logs_of_all_online_nodes_without_secrets_and_names_the_missing(Database database)
            throws Exception {
        try (Installation installation = new Installation()) {
            installation.startService();
            TestFactory factory = failing(installation, database, installation.files("landing"));
            installation.joinNode("first", factory.authKey("Group"));
            assertThat(sluice(installation, "node", "verbose", "on", "--data", nodeData(installation, "first"))
                            .exit())
                    .isZero();
            Run failed = factory.run("Fails");
            Run other = factory.run("Fails");
            assertThat(failed.status()).isEqualTo("Failed");
            String activityRun = id(failed);
            installation.joinNode("second", factory.authKey("Group"));

            Program.Ended sent =
                    sluice(installation, "logs", "send", "-f", "plant", "--activity-run", activityRun, "-o", "json");
            assertThat(sent.exit()).as(sent.text() + sent.messages()).isZero();
            JsonNode report = json(sent);
            assertThat(report.path("status").asString()).isEqualTo("Complete");
            assertThat(report.findValuesAsString("nodeName")).containsExactly("first", "second");
            assertThat(report.path("knownIssues").findValuesAsString("code")).contains("CredentialRejected");
            assertThat(report.at("/knownIssues/0/resolution")).isNotEmpty();
            String id = report.path("reportId").asString();
            Path file = installation.files("reports").resolve("one.txt");
            assertThat(sluice(installation, "logs", "download", id, "--to", file.toString())
                            .exit())
                    .isZero();
            Program.Ended nobody = sluice(installation, "logs", "download", id, "--node", "thrid");
            assertThat(nobody.exit()).isEqualTo(2);
            assertThat(nobody.messages()).contains("no node 'thrid'", "first");
            assertThat(Files.readString(file))
                    .contains("Copy customers")
                    .contains("Customer in Shop")
                    .contains(" first INFO")
                    .doesNotContain("Node first")
                    .doesNotContain(job(failed, id(other)));
            assertThat(json(sluice(installation, "logs", "list", "--search", "credentialrejected", "-o", "json"))
                            .findValuesAsString("reportId"))
                    .containsExactly(id);

            installation.program("second").terminate();
            installation.program("second").awaitExit();
            Program.Ended all = sluice(installation, "logs", "send", "-f", "plant", "--all", "-n", "Group");
            assertThat(all.exit()).isEqualTo(1);
            assertThat(all.text())
                    .contains("Incomplete")
                    .contains("node first: Received")
                    .contains("node second: Offline, 0 messages. The node was offline")
                    .contains("known issue CredentialRejected");
            // The stopped node gives its own.
            Program.Ended own =
                    sluice(installation, "node", "logs", "send", "--data", nodeData(installation, "second"));
            assertThat(own.exit()).as(own.messages()).isZero();
            String ownReport = own.text().substring("report ".length()).strip();
            String shown = sluice(installation, "logs", "download", ownReport).text();
            assertThat(shown).contains("Node second of Group, version").contains("state Stopped");

            assertClean("the downloaded report", Files.readString(file) + shown + sent.text() + all.text());
            assertClean("the installation", files(installation));
        }
    }

    private static String nodeData(Installation installation, String name) {
        return installation.node(name).toString();
    }

    private static String id(Run run) {
        return run.activity("Copy customers").path("activityRunId").asString();
    }

    /// What must not stand in the other's report.
    private static String job(Run run, String other) {
        assertThat(id(run)).isNotEqualTo(other);
        return other;
    }

    @Test
    void S01_the_built_in_group_and_a_linked_runtime_give_an_activitys_logs_only(Database database) throws Exception {
        try (Installation installation = new Installation()) {
            installation.startService();
            TestFactory owner = failing(installation, database, installation.files("landing"));
            installation.joinNode("only", owner.authKey("Group"));
            TestFactory guest = installation.factory("guest");
            guest.client()
                    .put(
                            guest.paths().one("integrationRuntimes", "Borrowed"),
                            JSON.valueToTree(Map.of(
                                    "properties",
                                    Map.of(
                                            "type",
                                            "SelfHosted",
                                            "typeProperties",
                                            Map.of(
                                                    "linkedInfo",
                                                    Map.of(
                                                            "authorizationType",
                                                            "Key",
                                                            "key",
                                                            Map.of(
                                                                    "type",
                                                                    "SecureString",
                                                                    "value",
                                                                    owner.authKey("Group"))))))));
            Files.writeString(installation.files("guest").resolve("in.csv"), "id\n1\n");
            guest.linkedService(
                            "Landing",
                            "FileServer",
                            Map.of("host", installation.files("guest").toString()),
                            "Borrowed")
                    .csv("In", "Landing", "in.csv", "")
                    .csv("Out", "Landing", "out.csv", "")
                    .pipeline("Guests", Copy.of("Guests copy", "In", TestFactory.FROM_CSV, "Out", TO_CSV));
            assertThat(owner.run("Fails").status()).isEqualTo("Failed");
            Run copied = guest.run("Guests");
            assertThat(copied.status()).as(copied.toString()).isEqualTo("Succeeded");

            Program.Ended refused = sluice(installation, "logs", "send", "-f", "guest", "--all", "-n", "Borrowed");
            assertThat(refused.exit()).isEqualTo(1);
            assertThat(refused.messages()).contains("LogsOfSharedRuntime").contains("--activity-run");
            Program.Ended sent = sluice(
                    installation,
                    "logs",
                    "send",
                    "-f",
                    "guest",
                    "--activity-run",
                    copied.activity("Guests copy").path("activityRunId").asString(),
                    "-o",
                    "json");
            assertThat(sent.exit()).as(sent.text() + sent.messages()).isZero();
            String text = sluice(
                            installation,
                            "logs",
                            "download",
                            json(sent).path("reportId").asString())
                    .text();
            assertThat(text)
                    .contains("Guests copy")
                    .doesNotContain("Copy customers")
                    .doesNotContain("Node only");
        }
    }

    private static String files(Installation installation) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.walk(installation.folder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                all.append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        // What is no secret is found: the search does look into the database.
        assertThat(all).contains("CredentialRejected").contains("Node second of Group");
        return all.toString();
    }

    private static void assertClean(String where, String text) {
        assertThat(text.contains(CANARY)).as("the canary in " + where).isFalse();
        assertThat(text.contains(java.util.Base64.getEncoder()
                        .withoutPadding()
                        .encodeToString(CANARY.getBytes(StandardCharsets.UTF_8))
                        .substring(0, 30)))
                .as("the canary in base64 in " + where)
                .isFalse();
    }
}
