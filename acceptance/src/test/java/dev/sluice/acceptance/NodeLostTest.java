package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import dev.sluice.demo.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// A node that dies and does not come back: its lease runs out, and another node of the group goes on.
@ExtendWith(Stage.class)
class NodeLostTest {
    @Test
    void another_node_takes_over_when_the_lease_of_a_dead_one_runs_out(Database database) throws Exception {
        Stage.execute(database, "CREATE TABLE taken_over (id int, name text)");
        try (Installation installation = new Installation();
                RowGate gate = new RowGate(database)) {
            installation.startService().startNode("mortal");
            TestFactory factory = installation
                    .factory("taken-over")
                    .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                    .table("Rows", "Shop", "public", "orders")
                    .table("Table", "Shop", "public", "taken_over");
            factory.pipeline(
                    "Copy",
                    Copy.of("Copy", "Rows", TestFactory.fromQuery(gate.query(3_000)), "Table", TestFactory.TO_TABLE)
                            .retry(1));
            String run = factory.start("Copy");
            gate.awaitReaders(1, factory, run);
            installation.startNode("heir");
            // Saved again, so that the secret is sealed to the node that came later, too.
            factory.linkedService("Shop", "PostgreSqlV2", database.linkedService());
            Instant death = Instant.now();
            installation.program("mortal").kill();
            // By the policy the pause between attempts is half a minute; a lost node is no reason to pause.
            JsonNode second = Eventually.value(
                    "the second attempt runs",
                    Duration.ofSeconds(60),
                    () -> factory.activities(run).stream()
                            .filter(a -> a.path("status").asString("").equals("InProgress"))
                            .filter(a -> a.path("retryAttempt").asInt(0) == 1)
                            .findFirst()
                            .orElseThrow(),
                    a -> true);
            System.out.printf(
                    "runs elsewhere %d ms after the node's death%n",
                    Duration.between(
                                    death,
                                    Instant.parse(
                                            second.path("activityRunStart").asString()))
                            .toMillis());
            gate.open();
            Run ended = factory.finish(run);
            assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
            JsonNode cause = Run.cause(ended.attempts("Copy").getFirst());
            assertThat(cause.path("code").asString()).isEqualTo("NodeLost");
            assertThat(cause.path("cause").asString())
                    .contains("'mortal'")
                    .contains("attempt 1")
                    .contains("12 s");
            assertThat(Stage.ask(database, "SELECT count(*) || ' ' || sum(id) FROM taken_over"))
                    .isEqualTo("3000 4501500");
        }
    }

    /// The dead node's request for work still waits at the service; it is not given any.
    @Test
    void work_that_comes_after_a_node_died_goes_to_the_living_one(Database database) {
        try (Installation installation = new Installation()) {
            installation.startService().startNode("mortal").startNode("heir");
            TestFactory factory = customers(installation, database, "goes-on");
            installation.program("mortal").kill();
            for (int i = 0; i < 5; i++) {
                finishedSoon(factory, "heir");
            }
        }
    }

    private static String dispatcher(TestFactory factory) {
        return factory.client()
                .post(factory.paths().one("integrationRuntimes", "Group") + "/monitoringData", null)
                .path("nodes")
                .valueStream()
                .filter(n -> n.path("role").asString("").startsWith("Dispatcher"))
                .map(n -> n.path("nodeName").asString(""))
                .collect(Collectors.joining(" and "));
    }

    /// The dispatcher is killed: jobs that come meanwhile do not wait for the next one.
    @Test
    void G05_G06_the_dispatchers_place_is_taken_within_ten_seconds_and_work_does_not_wait_for_that() throws Exception {
        try (Installation installation = new Installation()) {
            installation.startService();
            TestFactory factory = installation.factory("roles").runtime("Group");
            String key = factory.authKey("Group");
            installation.joinNode("first", key).joinNode("second", key);
            factory.linkedService(
                            "Landing",
                            "FileServer",
                            Map.of("host", installation.files("roles").toString()),
                            "Group")
                    .csv("In", "Landing", "in.csv", "")
                    .csv("Out", "Landing", "out.csv", "")
                    .pipeline("Copy", Copy.of("Copy", "In", TestFactory.FROM_CSV, "Out", TestFactory.TO_CSV));
            GitFolder.write(installation.files("roles").resolve("in.csv"), "id\n1\n");
            assertThat(dispatcher(factory)).isEqualTo("first");
            installation.program("first").kill();
            // Its job does not wait for anybody's election.
            finishedSoon(factory, "second");
            Eventually.value(
                    "the second node is the dispatcher",
                    Duration.ofSeconds(10),
                    () -> dispatcher(factory),
                    "second"::equals);
            installation.joinNode("third", key);
            Map<String, Integer> counts = new TreeMap<>();
            for (int burst = 0; burst < 4; burst++) {
                List<String> runs =
                        Stream.generate(() -> factory.start("Copy")).limit(8).toList();
                for (String run : runs) {
                    assertThat(factory.finish(run).status()).isEqualTo("Succeeded");
                    counts.merge(nodeOf(factory, run), 1, Integer::sum);
                }
            }
            assertThat(counts.keySet()).containsExactly("second", "third");
            assertThat(counts.values()).allSatisfy(n -> assertThat(n).isGreaterThan(4));
        }
    }

    private static String nodeOf(TestFactory factory, String run) {
        return factory.client()
                .get("/api/v1/runs/" + run + "/progress")
                .at("/activities/0/node")
                .asString("");
    }

    /// As when a machine freezes or its network is gone: its connection is open, its request for work waits.
    @Test
    void work_offered_to_a_node_that_does_not_answer_goes_to_the_living_one(Database database) {
        try (Installation installation = new Installation()) {
            installation.startService().startNode("frozen").startNode("heir");
            TestFactory factory = customers(installation, database, "thaws");
            installation.program("frozen").freeze();
            for (int i = 0; i < 5; i++) {
                finishedSoon(factory, "heir");
            }
            installation.program("heir").kill();
            installation.program("frozen").thaw();
            // What it was offered meanwhile is not its any more; new work is.
            finishedSoon(factory, "frozen");
        }
    }

    /// The host and its workers stand still for longer than a lease, in the middle of a copy; there is no other node.
    @Test
    void G21_a_node_that_slept_longer_than_its_lease_says_so_and_its_job_is_done_once(Database database)
            throws Exception {
        Stage.execute(database, "CREATE TABLE slept (id int, name text)");
        try (Installation installation = new Installation();
                RowGate gate = new RowGate(database)) {
            installation.startService().startNode("sleeper");
            TestFactory factory = installation
                    .factory("sleeps")
                    .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                    .table("Rows", "Shop", "public", "orders")
                    .table("Table", "Shop", "public", "slept");
            factory.pipeline(
                    "Copy",
                    Copy.of("Copy", "Rows", TestFactory.fromQuery(gate.query(3_000)), "Table", TestFactory.TO_TABLE)
                            .retry(1));
            String run = factory.start("Copy");
            gate.awaitReaders(1, factory, run);
            installation.program("sleeper").freeze();
            Eventually.value(
                    "the service has given the attempt up",
                    Duration.ofSeconds(60),
                    () -> factory.activities(run).toString(),
                    a -> a.contains("NodeLost") || a.contains("\"retryAttempt\":1"));
            installation.program("sleeper").thaw();
            gate.open();
            Run ended = factory.finish(run);
            assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
            assertThat(ended.attempts("Copy")).hasSize(2);
            assertThat(Stage.ask(database, "SELECT count(*) || ' ' || sum(id) FROM slept"))
                    .isEqualTo("3000 4501500");
            JsonNode pause = installation.nodeStatus("sleeper").at("/facts/pause");
            assertThat(pause.path("what").asString()).isEqualTo("HeldUp");
            assertThat(pause.path("seconds").asInt()).isGreaterThan(5);
            assertThat(pause.path("jobs").asInt()).isEqualTo(1);
            assertThat(Program.run(
                                    "status",
                                    installation.folder(),
                                    "node",
                                    "status",
                                    "--data",
                                    installation.node("sleeper").toString())
                            .text())
                    .contains("Stood still", "'sleeper' did not get to run from");
        }
    }

    private static TestFactory customers(Installation installation, Database database, String name) {
        return installation
                .factory(name)
                .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                .folder("Landing", installation.files(name))
                .table("Customer", "Shop", "public", "customer")
                .parquet("File", "Landing", "customer.parquet")
                .pipeline("Copy", Copy.of("Copy", "Customer", TestFactory.FROM_TABLE, "File", TestFactory.TO_PARQUET));
    }

    /// Without a second attempt: had the job been the other node's, its lease would have run out and the run failed.
    private static void finishedSoon(TestFactory factory, String node) {
        String run = factory.start("Copy");
        Run ended = factory.finish(run);
        assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
        assertThat(ended.attempts("Copy")).as(ended.toString()).hasSize(1);
        assertThat(nodeOf(factory, run)).isEqualTo(node);
    }

    @Test
    void a_node_that_is_back_at_once_gets_work_at_once() {
        try (Installation installation = new Installation()) {
            installation.startService().startNode("phoenix");
            TestFactory factory = installation
                    .factory("at-once")
                    .folder("Landing", installation.files("at-once"))
                    .csv("In", "Landing", "in.csv", "")
                    .csv("Out", "Landing", "out.csv", "")
                    .pipeline("Copy", Copy.of("Copy", "In", TestFactory.FROM_CSV, "Out", TestFactory.TO_CSV));
            GitFolder.write(installation.files("at-once").resolve("in.csv"), "id\n1\n");
            for (int i = 0; i < 2; i++) {
                installation.program("phoenix").kill();
                installation.startNode("phoenix");
                // Far below the time after which the service offers again what a node never mentioned.
                Run ended = factory.finish(factory.start("Copy"), Duration.ofSeconds(8));
                assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
            }
        }
    }
}
