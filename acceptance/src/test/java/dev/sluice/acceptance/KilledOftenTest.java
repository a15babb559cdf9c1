package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.TestFactory.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A service, a node and its workers that are killed, one at a time, again and again, wherever they happen to be,
/// while a client starts run after run. The moments come from a seed, which is printed; `-Dsluice.kills.seed=N`
/// takes another one. Every build kills 15 times, which takes 75 seconds on two busy cores; CI 100 times
/// (`-Dsluice.kills=100`, eleven minutes there).
///
/// Every activity of a node has an effect outside that can be counted: a request to a server of this test, a file.
/// What each run does with its variables is told to that server as well.
@ExtendWith(Stage.class)
class KilledOftenTest {
    private static final int KILLS = Integer.getInteger("sluice.kills", 15);
    private static final long SEED = Long.getLong("sluice.kills.seed", 20_261_126L);
    private static final String NODE = "mortal";
    private static final String SERVICE = "service-process";
    private static final Duration END = Duration.ofMinutes(6);

    private static final Duration LONG_AWAY = Duration.ofSeconds(10);

    /// Why an attempt may have failed when a process was killed.
    private static final Set<String> OF_A_KILL = Set.of("NodeLost", "NodeStopped", "WorkerProcessDied");

    private static final Set<String> ON_NODES = Set.of("Announce", "Pack", "Mark", "Called", "Finish");

    private static final String RETURN = """
            {"name":"Return","type":"SetVariable","dependsOn":[{"activity":"Called","dependencyConditions":["Succeeded"]}],
             "typeProperties":{"variableName":"pipelineReturnValue","setSystemVariable":true,
              "value":[{"key":"told","value":{"type":"String","content":"called"}}]}}""";

    private final SplittableRandom dice = new SplittableRandom(SEED);
    private final List<Kill> kills = new ArrayList<>();

    /// @param what `service`, `node` or `worker`
    /// @param from before it was killed
    /// @param to after that; for the service, when it was back
    private record Kill(String what, Instant from, Instant to) {
        /// Whether attempts may have failed of it. They must not fail because the service is away for a moment;
        /// only when a slow machine let it be away for so long that leases were about to run out.
        boolean costsAttempts() {
            return !what.equals("service") || Duration.between(from, to).compareTo(LONG_AWAY) > 0;
        }

        boolean during(Instant start, Instant end) {
            return !from.isAfter(end) && !to.isBefore(start);
        }
    }

    @Test
    void every_acknowledged_run_ends_right_and_nothing_is_done_twice_though_processes_die_again_and_again()
            throws Exception {
        System.out.printf("%d kills with -Dsluice.kills.seed=%d%n", KILLS, SEED);
        try (Effects effects = new Effects();
                Installation installation = new Installation()) {
            installation.startService().startNode(NODE, "--concurrent-jobs", "4");
            TestFactory factory = orders(installation, effects);
            Orders orders = new Orders(factory, "Order");
            List<Run> ended;
            try {
                try (orders) {
                    for (int kill = 0; kill < KILLS; kill++) {
                        awaitProgress(orders, effects);
                        kill(installation);
                    }
                    orders.awaitMore(1);
                }
                ended = ends(factory);
            } catch (AssertionError e) {
                // Now: with the installation go the logs.
                System.err.println("after " + kills + "\n" + Installation.logs());
                orders.unfinished().forEach(run -> System.err.println("not at its end: " + run));
                throw e;
            }
            System.out.printf(
                    "killed %s; %d runs, %d of them acknowledged%n",
                    kills.stream().collect(Collectors.groupingBy(Kill::what, TreeMap::new, Collectors.counting())),
                    ended.size(),
                    orders.acknowledged().size());
            assertThat(kills).hasSize(KILLS);
            assertThat(ended)
                    .as("acknowledged runs")
                    .extracting(r -> r.run().path("runId").asString())
                    .containsAll(orders.acknowledged());
            check(ended, effects, installation.files("orders"));
        }
    }

    private static TestFactory orders(Installation installation, Effects effects) {
        Path folder = installation.files("orders");
        GitFolder.write(folder.resolve("in.csv"), "id,name\n1,one\n2,two\n3,three\n");
        TestFactory factory = installation
                .factory("killed-often")
                .folder("Landing", folder)
                .csv("In", "Landing", "in.csv", "")
                .dataset(
                        "Out",
                        "DelimitedText",
                        "Landing",
                        "{\"location\":{\"type\":\"FileServerLocation\",\"fileName\":"
                                + "{\"value\":\"@dataset().name\",\"type\":\"Expression\"}},\"firstRowAsHeader\":true}",
                        "name");
        factory.pipeline("Child", List.of(), List.of(effects.activity("Called", "", "called"), RETURN));
        factory.client().put(factory.paths().one("pipelines", "Order"), order(effects));
        return factory;
    }

    /// Every kind of step that goes on by itself: requests and a copy on nodes, a timer, loops one after another
    /// and side by side, a call of another pipeline.
    private static JsonNode order(Effects effects) {
        String text = """
                {"properties":{"variables":{"seen":{"type":"Array"}},"activities":[
                 %s,
                 {"name":"Pause","type":"Wait","dependsOn":[AFTER Announce],"typeProperties":{"waitTimeInSeconds":1}},
                 {"name":"Pack","type":"Copy","dependsOn":[AFTER Announce],
                  "policy":{"timeout":"0.00:20:00","retry":50,"retryIntervalInSeconds":1},
                  "inputs":[{"referenceName":"In","type":"DatasetReference"}],
                  "outputs":[{"referenceName":"Out","type":"DatasetReference",
                   "parameters":{"name":"@{pipeline().RunId}.csv"}}],
                  "typeProperties":{"source":%s,"sink":%s}},
                 {"name":"Each","type":"ForEach","dependsOn":[AFTER Announce],"typeProperties":{"isSequential":true,
                  "items":"@createArray('a','b','c')","activities":[
                   {"name":"Append","type":"AppendVariable","typeProperties":{"variableName":"seen","value":"@item()"}}]}},
                 {"name":"Marks","type":"ForEach","dependsOn":[AFTER Each],"typeProperties":{
                  "items":"@createArray('x','y')","activities":[%s]}},
                 {"name":"Call","type":"ExecutePipeline","dependsOn":[AFTER Each],"typeProperties":{
                  "waitOnCompletion":true,"pipeline":{"referenceName":"Child","type":"PipelineReference"}}},
                 %s]}}""".formatted(
                        effects.activity("Announce", "", "announced"),
                        TestFactory.FROM_CSV,
                        TestFactory.TO_CSV,
                        effects.activity("Mark", "", "@{item()}"),
                        effects.activity(
                                "Finish",
                                "AFTER Pause,AFTER Pack,AFTER Marks,AFTER Call",
                                "@{join(variables('seen'), ',')} @{activity('Pack').output.rowsCopied}"
                                        + " @{activity('Call').output.pipelineReturnValue.told}"));
        return JsonMapper.shared()
                .readTree(text.replaceAll(
                        "AFTER (\\w+)", "{\"activity\":\"$1\",\"dependencyConditions\":[\"Succeeded\"]}"));
    }

    /// Soon after the last kill or later: at once, or when another run is acknowledged, or when nodes have done
    /// more.
    private void awaitProgress(Orders orders, Effects effects) {
        switch (dice.nextInt(6)) {
            case 0 -> orders.awaitMore(0);
            case 1, 2 -> orders.awaitMore(1);
            case 3, 4 -> effects.awaitMore(1 + dice.nextInt(3));
            default -> effects.awaitMore(4 + dice.nextInt(6));
        }
        orders.requireOpen();
    }

    /// Only one process is dead at a time; it is back before anything else dies.
    private void kill(Installation installation) throws InterruptedException {
        Thread.sleep(dice.nextInt(80));
        Instant from = Instant.now();
        switch (dice.nextInt(9)) {
            case 0, 1, 2 -> {
                installation.program(SERVICE).kill();
                installation.startService();
                kills.add(new Kill("service", from, Instant.now()));
            }
            case 3, 4 -> {
                installation.program(NODE).kill();
                kills.add(new Kill("node", from, Instant.now()));
                installation.startNode(NODE);
            }
            default -> {
                killWorker(installation.program(NODE));
                kills.add(new Kill("worker", from, Instant.now()));
            }
        }
    }

    private void killWorker(Program node) {
        List<Long> workers = Eventually.value(
                "the node has a worker",
                () -> node.group().stream()
                        .filter(pid -> pid != node.pid())
                        .sorted()
                        .toList(),
                found -> !found.isEmpty());
        Program.signal("KILL", Long.toString(workers.get(dice.nextInt(workers.size()))));
    }

    /// All runs that there are, acknowledged or not, each at its end.
    private static List<Run> ends(TestFactory factory) {
        Set<String> known = Eventually.value(
                        "every run has ended",
                        END,
                        factory::runs,
                        runs -> runs.stream().allMatch(TestFactory::ended))
                .stream()
                .map(r -> r.path("runId").asString())
                .collect(Collectors.toSet());
        return known.stream().map(factory::finish).toList();
    }

    private void check(List<Run> ended, Effects effects, Path folder) throws IOException {
        assertThat(ended)
                .as("runs that did something")
                .extracting(r -> r.run().path("runId").asString())
                .containsAll(effects.runs());
        for (Run run : ended) {
            assertThat(run.status()).as(run.toString()).isEqualTo("Succeeded");
            if (run.run().path("pipelineName").asString().equals("Child")) {
                checkActivity(run, effects, "Called", List.of("called"));
            } else {
                checkOrder(run, effects);
                String id = run.run().path("runId").asString();
                assertThat(Files.readString(folder.resolve(id + ".csv")))
                        .as(id)
                        .isEqualToNormalizingNewlines("id,name\n1,one\n2,two\n3,three\n");
            }
        }
        long children = ended.stream()
                .filter(r -> r.run().path("pipelineName").asString().equals("Child"))
                .count();
        assertThat(children).as("each order calls once").isEqualTo(ended.size() - children);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).as("files, with in.csv").hasSize((int) children + 1);
        }
    }

    private void checkOrder(Run run, Effects effects) {
        checkActivity(run, effects, "Announce", List.of("announced"));
        checkActivity(run, effects, "Mark", List.of("x", "y"));
        // Had an item been appended twice, or a value been lost, it would be seen here.
        checkActivity(run, effects, "Finish", List.of("a,b,c 3 called"));
        checkActivity(run, effects, "Pack", List.of());
        for (String once : List.of("Pause", "Each", "Marks", "Call")) {
            assertThat(run.attempts(once)).as("%s of %s", once, run).hasSize(1);
        }
        assertThat(run.attempts("Append")).as(run.toString()).hasSize(3);
        assertThat(run.activities())
                .extracting(a -> a.path("activityName").asString())
                .containsOnlyElementsOf(
                        List.of("Announce", "Pause", "Pack", "Each", "Append", "Marks", "Mark", "Call", "Finish"));
    }

    /// As often as there are attempts, at most; each of them that failed was hit by a kill of the node or of a
    /// worker while it went on. So an outcome that a node knew has not been lost by a kill of the service.
    ///
    /// @param said what its effects must say, once or more each; empty when they are seen elsewhere
    private void checkActivity(Run run, Effects effects, String name, List<String> said) {
        List<JsonNode> attempts = run.attempts(name);
        int expected = Math.max(1, said.size());
        assertThat(attempts.stream().filter(a -> a.path("status").asString().equals("Succeeded")))
                .as("successes of %s in %s", name, run)
                .hasSize(expected);
        for (JsonNode attempt : attempts) {
            if (!attempt.path("status").asString().equals("Succeeded")) {
                assertThat(ON_NODES).contains(name);
                assertThat(Run.cause(attempt).path("code").asString())
                        .as(run.toString())
                        .isIn(OF_A_KILL);
                Instant start = Instant.parse(attempt.path("activityRunStart").asString());
                Instant end = Instant.parse(attempt.path("activityRunEnd").asString());
                assertThat(kills.stream().anyMatch(k -> k.costsAttempts() && k.during(start, end)))
                        .as("a node or worker was killed while %s", attempt)
                        .isTrue();
            }
        }
        if (!said.isEmpty()) {
            List<String> heard = effects.of(run.run().path("runId").asString(), name);
            assertThat(heard)
                    .as("%s of %s", name, run)
                    .containsOnlyElementsOf(said)
                    .containsAll(said);
            assertThat(heard.size())
                    .as("%s of %s is done once per attempt", name, run)
                    .isLessThanOrEqualTo(attempts.size());
        }
    }
}
