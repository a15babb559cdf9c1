package dev.sluice.acceptance;

import static dev.sluice.acceptance.TestFactory.TO_PARQUET;
import static dev.sluice.acceptance.TestFactory.TO_TABLE;
import static dev.sluice.acceptance.TestFactory.fromQuery;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Copy;
import dev.sluice.acceptance.TestFactory.Run;
import dev.sluice.demo.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/// Processes that are killed in the middle of a copy. The copies stand before a gate in their source when it happens.
@ExtendWith(Stage.class)
@TestInstance(Lifecycle.PER_CLASS)
class DurabilityTest {
    private static final int ROWS = 60_000;
    private static final String NODE = "worker-host";
    private static final String SUM = Long.toString((long) ROWS * (ROWS + 1) / 2);

    private Installation installation;

    @BeforeAll
    void start() {
        installation = new Installation().startService().startNode(NODE, "--concurrent-jobs", "3");
    }

    @AfterAll
    void stop() {
        installation.close();
    }

    /// A factory whose datasets are an empty table `NAME` and a folder of its own.
    private TestFactory factory(String name, Database database) {
        Stage.execute(database, "CREATE TABLE " + name + " (id int, name text)");
        return installation
                .factory(factoryName(name))
                .linkedService("Shop", "PostgreSqlV2", database.linkedService())
                .folder("Landing", installation.files(name))
                .table("Rows", "Shop", "public", "orders")
                .table("Table", "Shop", "public", name)
                .parquet("File", "Landing", "rows.parquet");
    }

    private static String factoryName(String table) {
        return table.replace('_', '-');
    }

    private static Copy toTable(String name, RowGate gate) {
        return Copy.of(name, "Rows", fromQuery(gate.query(ROWS)), "Table", TO_TABLE);
    }

    private static Copy toFile(String name, RowGate gate) {
        return Copy.of(name, "Rows", fromQuery(gate.query(ROWS)), "File", TO_PARQUET);
    }

    private static String contents(Database database, String table) {
        return Stage.ask(database, "SELECT count(*) || ' ' || coalesce(sum(id), 0) FROM " + table);
    }

    /// The process that works on an activity.
    private long worker(String activity) {
        return Eventually.value(
                        "the node says who works on " + activity,
                        () -> installation
                                .nodeStatus(NODE)
                                .path("jobs")
                                .valueStream()
                                .filter(j -> j.path("activityName").asString("").equals(activity))
                                .findFirst(),
                        job -> job.isPresent() && job.get().path("workerPid").asLong(0) > 0)
                .orElseThrow()
                .path("workerPid")
                .asLong();
    }

    @Test
    void a_killed_worker_fails_its_own_activity_and_says_so(Database database) throws Exception {
        try (RowGate gate = new RowGate(database)) {
            TestFactory factory = factory("killed_worker", database)
                    .pipeline("Copy", toFile("Victim", gate), toTable("Neighbour", gate));
            String run = factory.start("Copy");
            gate.awaitReaders(2, factory, run);
            long node = installation.program(NODE).pid();
            long victim = worker("Victim");
            long neighbour = worker("Neighbour");
            assertThat(victim).isNotEqualTo(neighbour).isNotEqualTo(node);
            Program.signal("KILL", Long.toString(victim));
            JsonNode failed = Eventually.value(
                            "the victim's activity has failed",
                            () -> factory.activities(run).stream()
                                    .filter(a ->
                                            a.path("activityName").asString("").equals("Victim"))
                                    .filter(a -> a.path("status").asString("").equals("Failed"))
                                    .findFirst(),
                            java.util.Optional::isPresent)
                    .orElseThrow();
            JsonNode cause = Run.cause(failed);
            assertThat(cause.path("code").asString()).isEqualTo("WorkerProcessDied");
            assertThat(cause.path("cause").asString())
                    .contains("(pid " + victim + ")")
                    .contains("signal 9 (SIGKILL)");
            assertThat(cause.path("evidence").path("pid").asString()).isEqualTo(Long.toString(victim));
            assertThat(cause.path("retryable").asBoolean()).isTrue();
            assertThat(installation.program(NODE).isAlive()).isTrue();
            assertThat(installation.nodeStatus(NODE).path("state").asString()).isEqualToIgnoringCase("Online");
            gate.open();
            Run ended = factory.finish(run);
            assertThat(ended.status()).isEqualTo("Failed");
            assertThat(ended.activity("Neighbour").path("status").asString()).isEqualTo("Succeeded");
            assertThat(contents(database, "killed_worker")).isEqualTo(ROWS + " " + SUM);
            assertThat(visible(installation.files("killed_worker"))).isEmpty();
        }
    }

    @Test
    void a_killed_worker_is_followed_by_another_attempt_where_the_policy_says_so(Database database) throws Exception {
        try (RowGate gate = new RowGate(database)) {
            TestFactory factory = factory("retried", database)
                    .pipeline(
                            "Copy",
                            toTable("Table copy", gate).retry(1),
                            toFile("File copy", gate).retry(1));
            String run = factory.start("Copy");
            gate.awaitReaders(2, factory, run);
            Program.signal("KILL", Long.toString(worker("Table copy")));
            Program.signal("KILL", Long.toString(worker("File copy")));
            Eventually.holds(
                    "both activities have a second attempt",
                    () -> factory.activities(run).size() == 4);
            gate.open();
            Run ended = factory.finish(run);
            assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
            for (String activity : List.of("Table copy", "File copy")) {
                assertThat(ended.attempts(activity))
                        .extracting(
                                a -> a.path("status").asString(),
                                a -> a.path("retryAttempt").asInt(0))
                        .containsExactly(
                                org.assertj.core.groups.Tuple.tuple("Failed", 0),
                                org.assertj.core.groups.Tuple.tuple("Succeeded", 1));
            }
            assertThat(contents(database, "retried")).isEqualTo(ROWS + " " + SUM);
            assertThat(visible(installation.files("retried"))).containsExactly("rows.parquet");
        }
    }

    @Test
    void a_killed_node_loses_its_attempt_and_the_next_one_writes_every_row_once(Database database) throws Exception {
        try (RowGate gate = new RowGate(database)) {
            TestFactory factory = factory("killed_node", database)
                    .pipeline("Copy", toTable("Copy", gate).retry(1));
            String run = factory.start("Copy");
            gate.awaitReaders(1, factory, run);
            Program host = installation.program(NODE);
            host.kill();
            Eventually.holds(
                    "the workers of the killed node end, too",
                    () -> host.group().isEmpty());
            installation.startNode(NODE);
            Eventually.holds(
                    "the activity has a second attempt",
                    () -> factory.activities(run).size() == 2);
            gate.open();
            Run ended = factory.finish(run);
            assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
            JsonNode cause = Run.cause(ended.attempts("Copy").getFirst());
            assertThat(cause.path("code").asString()).isIn("NodeStopped", "NodeLost", "WorkerProcessDied");
            assertThat(cause.path("cause").asString()).contains(NODE);
            assertThat(contents(database, "killed_node")).isEqualTo(ROWS + " " + SUM);
        }
    }

    @Test
    void a_killed_service_goes_on_and_takes_the_report_of_what_ended_meanwhile(Database database) throws Exception {
        try (RowGate gate = new RowGate(database)) {
            TestFactory factory = factory("killed_service", database)
                    .pipeline(
                            "Copy",
                            toTable("First", gate),
                            Copy.of("Then", "Table", TestFactory.FROM_TABLE, "File", TO_PARQUET)
                                    .after("First", "Succeeded"));
            String run = factory.start("Copy");
            gate.awaitReaders(1, factory, run);
            installation.program("service-process").kill();
            gate.open();
            Path spool = installation.node(NODE).resolve("spool");
            Eventually.holds(
                    "the report waits in the spool", () -> !visible(spool).isEmpty());
            assertThat(contents(database, "killed_service")).isEqualTo(ROWS + " " + SUM);
            installation.startService();
            TestFactory again = new TestFactory(installation.client(), factoryName("killed_service"));
            Run ended = again.finish(run, Duration.ofSeconds(40));
            assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
            assertThat(ended.attempts("First")).hasSize(1);
            assertThat(ended.output("Then").path("rowsCopied").asLong()).isEqualTo(ROWS);
            assertThat(contents(database, "killed_service")).isEqualTo(ROWS + " " + SUM);
            Eventually.holds("the spool is empty again", () -> visible(spool).isEmpty());
        }
    }

    @Test
    void a_stopped_node_ends_its_copy_and_leaves_nothing_half_written(Database database) throws Exception {
        try (RowGate gate = new RowGate(database)) {
            TestFactory factory = factory("stopped_node", database)
                    .pipeline("Copy", toTable("Table copy", gate), toFile("File copy", gate));
            installation.program(NODE).terminate();
            assertThat(installation.program(NODE).awaitExit()).isIn(0, 143);
            installation.startNode(NODE, "--drain-seconds", "1");
            String run = factory.start("Copy");
            gate.awaitReaders(2, factory, run);
            Program node = installation.program(NODE);
            node.terminate();
            assertThat(node.awaitExit()).isIn(0, 143);
            assertThat(node.group()).as("processes left").isEmpty();
            Run ended = factory.finish(run);
            assertThat(ended.status()).isEqualTo("Failed");
            for (JsonNode attempt : ended.activities()) {
                assertThat(Run.cause(attempt).path("code").asString()).isEqualTo("NodeStopped");
                assertThat(Run.cause(attempt).path("cause").asString()).contains("'" + NODE + "' was stopped");
            }
            assertThat(installation.files("stopped_node")).isEmptyDirectory();
            assertThat(contents(database, "stopped_node")).isEqualTo("0 0");
            installation.startNode(NODE);
        }
    }

    @Test
    void every_acknowledged_run_ends_once_though_the_service_is_killed_again_and_again(Database database)
            throws Exception {
        int runs = 12;
        Files.writeString(installation.files("killed_often").resolve("in.csv"), "id,name\n1,one\n2,two\n3,three\n");
        TestFactory factory = factory("killed_often", database)
                .csv("In", "Landing", "in.csv", "")
                .csv("Out", "Landing", "out.csv", "");
        factory.pipeline(
                "Copy",
                Copy.of("First", "In", TestFactory.FROM_CSV, "Table", TO_TABLE),
                Copy.of("Second", "In", TestFactory.FROM_CSV, "Table", TO_TABLE).after("First", "Succeeded"));
        List<String> started = new java.util.ArrayList<>();
        for (int i = 0; i < runs; i++) {
            started.add(factory.start("Copy"));
            if (i % 4 == 3) {
                installation.program("service-process").kill();
                installation.startService();
                factory = new TestFactory(installation.client(), factoryName("killed_often"));
            }
        }
        for (String run : started) {
            Run ended = factory.finish(run);
            assertThat(ended.status()).as(ended.toString()).isEqualTo("Succeeded");
            assertThat(ended.activities()).hasSize(2);
        }
        assertThat(contents(database, "killed_often")).isEqualTo(runs * 6 + " " + runs * 12);
    }

    private static List<String> visible(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> String.valueOf(f.getFileName()))
                    .filter(n -> !n.startsWith("."))
                    .toList();
        }
    }
}
