package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import dev.sluice.demo.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Updates of real nodes with bundles of the real program (G13).
@ExtendWith(Stage.class)
class UpdateTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LONG = Duration.ofMinutes(3);

    private static JsonNode update(Installation installation, String node) {
        Program.Ended shown = Program.run(
                "update",
                installation.folder(),
                "node",
                "update",
                "--data",
                installation.node(node).toString(),
                "-o",
                "json");
        assertThat(shown.exit()).as(shown.messages()).isZero();
        return JSON.readTree(shown.text());
    }

    private static JsonNode state(Installation installation, String node) {
        Path file = installation.node(node).resolve("versions/state.json");
        try {
            return JSON.readTree(Files.readString(file));
        } catch (java.io.IOException e) {
            return JSON.createObjectNode();
        }
    }

    private static Program.Ended nodeUpdate(Installation installation, String node, String... more) {
        List<String> arguments = new java.util.ArrayList<>(
                List.of("node", "update", "--data", installation.node(node).toString()));
        arguments.addAll(List.of(more));
        return Program.run("update", installation.folder(), arguments.toArray(String[]::new));
    }

    private static void trust(Installation installation, String node, Bundles bundles) {
        assertThat(nodeUpdate(installation, node, "--trust", bundles.trusted().toString())
                        .exit())
                .isZero();
    }

    private static JsonNode status(Installation installation, String node) {
        Program.Ended shown = Program.run(
                "status",
                installation.folder(),
                "node",
                "status",
                "--data",
                installation.node(node).toString(),
                "-o",
                "json");
        assertThat(shown.exit()).as(shown.messages()).isZero();
        return JSON.readTree(shown.text());
    }

    private static JsonNode awaitEnd(Installation installation, String node, String version) {
        return Eventually.value(
                "the update of " + node + " to " + version + " has ended",
                LONG,
                () -> state(installation, node),
                s -> s.at("/last/version").asString("").equals(version)
                        && s.at("/last/phase").asString("").matches("Succeeded|Failed"));
    }

    @Test
    void G13_the_service_updates_a_group_one_after_the_other_and_halts_at_a_version_that_does_not_work()
            throws Exception {
        try (Installation installation = new Installation()) {
            installation.startService();
            Bundles bundles = new Bundles(installation.files("bundles"));
            TestFactory factory = installation.factory("updated");
            String runtime = factory.paths().one("integrationRuntimes", "plant");
            factory.client().put(runtime, JSON.readTree("{\"properties\":{\"type\":\"SelfHosted\"}}"));
            String key = factory.client()
                    .post(runtime + "/listAuthKeys", null)
                    .path("authKey1")
                    .asString();
            for (String node : List.of("alpha", "beta")) {
                installation.joinNode(node, key);
                trust(installation, node, bundles);
            }
            Path shelf = Files.createDirectories(installation.data().resolve("updates"));
            Files.move(bundles.make("0.2.0", "maker"), shelf.resolve("0.2.0.bundle"));
            installation.raw("PATCH", runtime + "?api-version=2018-06-01", "{\"autoUpdate\":\"On\"}");

            awaitNodes(factory, runtime, "0.2.0", "Online", "Succeed");
            JsonNode done = nodes(factory, runtime);
            // The dispatcher goes last: beta was the canary.
            assertThat(time(done, "alpha", "lastStartUpdateTime"))
                    .isAfterOrEqualTo(time(done, "beta", "lastEndUpdateTime"));

            Files.move(bundles.broken("0.3.0"), shelf.resolve("0.3.0.bundle"));
            Eventually.value(
                    "the rollout is halted",
                    LONG,
                    () -> factory.client().post(runtime + "/getStatus", null).at("/properties/typeProperties"),
                    s -> s.at("/updateReason/code").asString("").equals("UpdateHalted"));
            JsonNode after = Eventually.value(
                    "both nodes are online",
                    LONG,
                    () -> nodes(factory, runtime),
                    n -> of(n, "alpha").path("status").asString().equals("Online")
                            && of(n, "beta").path("status").asString().equals("Online"));
            assertThat(of(after, "beta").path("version").asString()).isEqualTo("0.2.0");
            assertThat(of(after, "beta").path("lastUpdateResult").asString()).isEqualTo("Fail");
            assertThat(of(after, "beta").at("/lastUpdate/code").asString()).isEqualTo("UpdateRolledBack");
            assertThat(of(after, "beta").at("/lastUpdate/message").asString())
                    .contains("0.3.0", "exit code 1", "0.2.0");
            assertThat(of(after, "alpha").path("version").asString()).isEqualTo("0.2.0");
            assertThat(of(after, "alpha").at("/lastUpdate/version").asString()).isEqualTo("0.2.0");
            System.out.printf(
                    "rolled back %d s after the update was begun%n",
                    Duration.between(
                                    time(after, "beta", "lastStartUpdateTime"),
                                    time(after, "beta", "lastEndUpdateTime"))
                            .toSeconds());
        }
    }

    private static JsonNode nodes(TestFactory factory, String runtime) {
        return factory.client().post(runtime + "/getStatus", null).at("/properties/typeProperties/nodes");
    }

    private static JsonNode of(JsonNode nodes, String name) {
        for (JsonNode node : nodes) {
            if (node.path("nodeName").asString().equals(name)) {
                return node;
            }
        }
        throw new AssertionError("no node " + name + " in " + nodes);
    }

    private static Instant time(JsonNode nodes, String name, String member) {
        return Instant.parse(of(nodes, name).path(member).asString());
    }

    private static void awaitNodes(TestFactory factory, String runtime, String version, String state, String result) {
        Eventually.value("both nodes are " + state + " on " + version, LONG, () -> nodes(factory, runtime), nodes -> {
            for (String name : List.of("alpha", "beta")) {
                JsonNode node = of(nodes, name);
                if (!node.path("version").asString().equals(version)
                        || !node.path("status").asString().equals(state)
                        || !node.path("lastUpdateResult").asString().equals(result)) {
                    return false;
                }
            }
            return true;
        });
    }

    @Test
    void G13_a_running_job_ends_before_the_node_takes_a_version_and_none_starts_meanwhile(Database database)
            throws Exception {
        Stage.execute(database, "CREATE TABLE updated_meanwhile (id int, name text)");
        try (Installation installation = new Installation();
                RowGate gate = new RowGate(database)) {
            installation.startService().startNode("worker");
            Bundles bundles = new Bundles(installation.files("bundles"));
            trust(installation, "worker", bundles);
            TestFactory factory = installation
                    .factory("updated-meanwhile")
                    .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                    .folder("Landing", installation.files("landing"))
                    .csv("In", "Landing", "in.csv", "")
                    .csv("Out", "Landing", "out.csv", "")
                    .table("Rows", "Shop", "public", "orders")
                    .table("Table", "Shop", "public", "updated_meanwhile");
            GitFolder.write(installation.files("landing").resolve("in.csv"), "id\n1\n");
            factory.pipeline(
                    "Long",
                    Copy.of("Copy", "Rows", TestFactory.fromQuery(gate.query(3_000)), "Table", TestFactory.TO_TABLE));
            factory.pipeline("Short", Copy.of("Copy", "In", TestFactory.FROM_CSV, "Out", TestFactory.TO_CSV));
            String before = factory.start("Long");
            gate.awaitReaders(1, factory, before);

            Program.Ended begun = nodeUpdate(
                    installation,
                    "worker",
                    "--file",
                    bundles.make("0.2.0", "maker").toString());
            assertThat(begun.exit()).as(begun.messages()).isZero();
            Eventually.value(
                    "the node drains",
                    LONG,
                    () -> state(installation, "worker").at("/last/phase").asString(""),
                    "Draining"::equals);
            assertThat(status(installation, "worker").path("state").asString()).isEqualTo("Upgrading");
            // The service has heard it, so that no answer with a job is under way any more.
            Eventually.value(
                    "the service knows",
                    LONG,
                    () -> installation.raw("GET", "/metrics", "").body(),
                    m -> m.contains("state=\"Upgrading\"} 1"));
            String meanwhile = factory.start("Short");
            gate.open();
            Run first = factory.finish(before);
            assertThat(first.status()).as(first.toString()).isEqualTo("Succeeded");
            assertThat(first.attempts("Copy")).hasSize(1);
            assertThat(awaitEnd(installation, "worker", "0.2.0")
                            .at("/last/phase")
                            .asString())
                    .isEqualTo("Succeeded");
            Run second = factory.finish(meanwhile);
            assertThat(second.status()).as(second.toString()).isEqualTo("Succeeded");
            assertThat(second.attempts("Copy")).hasSize(1);
            assertThat(status(installation, "worker").at("/facts/version").asString())
                    .isEqualTo("0.2.0");
        }
    }

    @Test
    void G13_a_bundle_that_is_not_signed_tampered_with_or_older_changes_nothing() {
        try (Installation installation = new Installation()) {
            installation.startService().startNode("careful");
            Bundles bundles = new Bundles(installation.files("bundles"));
            bundles.key("stranger");
            Path good = bundles.make("0.2.0", "maker");
            assertThat(refusal(installation, good)).contains("UpdateKeyMissing");
            trust(installation, "careful", bundles);
            assertThat(refusal(installation, bundles.make("0.2.0", "stranger"))).contains("UpdateSignatureInvalid");
            assertThat(refusal(installation, bundles.make("0.0.9", "maker"))).contains("UpdateNotNewer", "0.0.9");

            Path tampered = bundles.tampered(good);
            assertThat(nodeUpdate(installation, "careful", "--file", tampered.toString())
                            .exit())
                    .isZero();
            JsonNode ended = awaitEnd(installation, "careful", "0.2.0");
            assertThat(ended.at("/last/code").asString()).isEqualTo("UpdateBundleDamaged");
            assertThat(ended.at("/last/detail").asString()).contains("sluice-node-tools", "another content");
            assertThat(installation.node("careful").resolve("versions/0.2.0")).doesNotExist();
            assertThat(status(installation, "careful").path("state").asString()).isEqualTo("Online");

            nodeUpdate(installation, "careful", "--file", good.toString());
            assertThat(Eventually.value(
                                    "it has ended",
                                    LONG,
                                    () -> update(installation, "careful"),
                                    s -> s.at("/last/phase").asString("").equals("Succeeded"))
                            .path("current")
                            .asString())
                    .isEqualTo("0.2.0");
            assertThat(refusal(installation, good)).contains("UpdateNotNewer");
        }
    }

    /// A major version that needs a newer platform than the machine has.
    @Test
    void S19_a_version_that_this_machine_cannot_run_is_not_taken_and_the_node_goes_on() {
        try (Installation installation = new Installation()) {
            installation.startService().startNode("careful");
            Bundles bundles = new Bundles(installation.files("bundles"));
            trust(installation, "careful", bundles);
            String before = status(installation, "careful").at("/facts/version").asString();
            assertThat(refusal(installation, bundles.make("9.0.0", "maker", "--java", "99")))
                    .contains("UpdateUnsuitable", "9.0.0", "it needs Java 99", "stays on version " + before);
            assertThat(installation.node("careful").resolve("versions/9.0.0")).doesNotExist();
            JsonNode after = status(installation, "careful");
            assertThat(after.path("state").asString()).isEqualTo("Online");
            assertThat(after.at("/facts/version").asString()).isEqualTo(before);
            // It is no reason against one that fits, though that is older.
            Path fitting = bundles.make("8.0.0", "maker");
            assertThat(nodeUpdate(installation, "careful", "--file", fitting.toString())
                            .exit())
                    .isZero();
            assertThat(awaitEnd(installation, "careful", "8.0.0")
                            .at("/last/phase")
                            .asString())
                    .isEqualTo("Succeeded");
        }
    }

    private static String refusal(Installation installation, Path bundle) {
        Program.Ended refused = nodeUpdate(installation, "careful", "--file", bundle.toString());
        assertThat(refused.exit()).as(refused.messages()).isEqualTo(1);
        return refused.messages();
    }

    @Test
    void G13_kill_9_at_any_step_leaves_the_node_online_on_the_old_or_the_new_version() throws Exception {
        try (Installation installation = new Installation()) {
            installation.startService().startNode("cat");
            Bundles bundles = new Bundles(installation.files("bundles"));
            trust(installation, "cat", bundles);
            int next = 1;
            Path bundle = bundles.make("0.2." + next, "maker");
            for (String step : List.of("Preparing", "unpacking", "Draining", "Trying", "trial started", "Succeeded")) {
                String version = "0.2." + next;
                nodeUpdate(installation, "cat", "--file", bundle.toString());
                awaitStep(installation, version, step);
                // The watcher, the host and its workers: as when the machine loses its power.
                Program.signal("KILL", "-" + installation.program("cat").pid());
                Eventually.holds(
                        "all of it is gone",
                        () -> installation.program("cat").group().isEmpty());
                installation.startNode("cat");
                JsonNode state = state(installation, "cat");
                assertThat(state.at("/last/phase").asString())
                        .as(step + ": " + state)
                        .matches("Succeeded|Failed");
                String runs = Eventually.value(
                                "the node is online after a kill at " + step,
                                LONG,
                                () -> status(installation, "cat"),
                                s -> s.path("state").asString().equals("Online")
                                        && s.path("facts").isObject())
                        .at("/facts/version")
                        .asString();
                boolean taken = runs.equals(version);
                assertThat(taken)
                        .as(step + ": " + state)
                        .isEqualTo(state.path("current").asString().equals(version));
                System.out.println("killed at '" + step + "': " + (taken ? "new" : "old") + " version");
                if (taken) {
                    next++;
                    bundle = bundles.make("0.2." + next, "maker");
                }
            }
            // And after all that it can be updated as ever.
            nodeUpdate(installation, "cat", "--file", bundle.toString());
            assertThat(awaitEnd(installation, "cat", "0.2." + next)
                            .at("/last/phase")
                            .asString())
                    .isEqualTo("Succeeded");
        }
    }

    private static void awaitStep(Installation installation, String version, String step) {
        Path versions = installation.node("cat").resolve("versions");
        long end = System.nanoTime() + LONG.toNanos();
        while (System.nanoTime() < end) {
            JsonNode last = state(installation, "cat").path("last");
            String phase = last.path("version").asString("").equals(version)
                    ? last.path("phase").asString("")
                    : "";
            boolean later = phase.matches("Succeeded|Failed");
            boolean reached = switch (step) {
                case "unpacking" ->
                    Files.exists(versions.resolve("incoming").resolve(version).resolve("lib"));
                // The watcher has a child.
                case "trial started" ->
                    phase.equals("Trying")
                            && installation.program("cat").group().size() > 1;
                default -> phase.equals(step);
            };
            if (reached || later) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        throw new AssertionError("never got to " + step + ": " + state(installation, "cat"));
    }
}
