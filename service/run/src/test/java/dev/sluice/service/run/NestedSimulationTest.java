package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.RunStatus;
import dev.sluice.service.run.RandomTree.Kind;
import dev.sluice.service.run.RandomTree.Twig;
import dev.sluice.service.run.SimulatedWorld.Fate;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Random trees of containers in a world that delivers events late, twice and in any order. Which activities ran, in
/// which iterations, how often they were tried and how each ended must be what an independent computation says.
class NestedSimulationTest {
    @Test
    void every_activity_of_every_iteration_runs_and_ends_as_the_rules_say() {
        int iterations = 0;
        for (int seed = 0; seed < 400; seed++) {
            RandomTree tree = new RandomTree(seed);
            Oracle oracle = new Oracle(seed);
            boolean succeeds = oracle.list(tree.twigs(), "");
            SimulatedWorld world = world(tree, seed, -1);
            world.run("seed " + seed);
            Map<String, String> actual = new TreeMap<>();
            world.records.values().forEach(r -> actual.put(r.activityRunId(), shown(r)));
            assertThat(actual).as("seed %d: %s", seed, tree.json()).isEqualTo(new TreeMap<>(oracle.records));
            assertThat(world.state.status())
                    .as("seed %d", seed)
                    .isEqualTo(succeeds ? RunStatus.SUCCEEDED : RunStatus.FAILED);
            assertThat(world.state.activities()).as("seed %d", seed).hasSameSizeAs(tree.twigs());
            assertThat(world.timers).as("seed %d: timers left behind", seed).isEmpty();
            iterations += oracle.iterations;
        }
        assertThat(iterations).isGreaterThan(1_500);
    }

    @Test
    void a_cancelled_tree_ends_with_everything_in_it() {
        int cancelled = 0;
        for (int seed = 0; seed < 300; seed++) {
            RandomTree tree = new RandomTree(seed);
            SimulatedWorld world = world(tree, seed, seed % 25);
            world.run("seed " + seed);
            assertThat(world.state.status() == RunStatus.CANCELLED)
                    .as("seed %d", seed)
                    .isEqualTo(world.cancelledInTime);
            assertThat(world.records.values()).as("seed %d", seed).allMatch(r -> r.activityRunEnd() != null);
            assertThat(world.state.activities().values())
                    .allMatch(a -> a.status().ended());
            assertThat(world.timers).as("seed %d: timers left behind", seed).isEmpty();
            cancelled += world.cancelledInTime ? 1 : 0;
        }
        assertThat(cancelled).isGreaterThan(90);
    }

    private static SimulatedWorld world(RandomTree tree, int seed, int cancelAt) {
        return new SimulatedWorld(
                tree.document(),
                (path, attempt) -> fate(seed, path, attempt),
                NestedSimulationTest::outcome,
                new SplittableRandom(seed + 1_000_000L),
                cancelAt);
    }

    /// What an attempt comes to follows from its path, so that the oracle knows it without having watched.
    private static Fate fate(int seed, String path, int attempt) {
        if (path.endsWith("Tick")) {
            return Fate.SUCCEEDS;
        }
        var random = new SplittableRandom(31L * seed + (path + "#" + attempt).hashCode());
        random.nextInt();
        return random.nextInt(3) > 0 ? Fate.SUCCEEDS : Fate.values()[random.nextInt(Fate.values().length)];
    }

    /// A tick tells which pass it belongs to.
    private static JobOutcome outcome(String path) {
        if (!path.endsWith("Tick")) {
            return TestRun.success();
        }
        String pass = path.substring(path.lastIndexOf('[') + 1, path.lastIndexOf(']'));
        return new JobOutcome.Succeeded(Json.parseObject("{\"pass\":" + pass + "}"));
    }

    private static String shown(ActivityRun record) {
        return record.activityName() + " " + record.status().word() + " "
                + (record.iterationHash().isEmpty() ? "outside" : record.iterationHash());
    }

    /// The rules once more, written from their description and not from the code under test: recursion over what will
    /// have happened, without events or states.
    private static final class Oracle {
        private final int seed;
        /// By id of the attempt.
        private final Map<String, String> records = new LinkedHashMap<>();
        private int iterations;

        Oracle(int seed) {
            this.seed = seed;
        }

        /// Works through a list and tells whether it succeeds.
        boolean list(List<Twig> twigs, String prefix) {
            Map<String, String> known = new LinkedHashMap<>();
            twigs.forEach(twig -> known.put(twig.name(), status(twig, prefix, known)));
            return twigs.stream()
                    .filter(t -> twigs.stream().noneMatch(o -> o.dependsOn().containsKey(t.name())))
                    .allMatch(t -> good(t, twigs, known));
        }

        private static boolean good(Twig twig, List<Twig> twigs, Map<String, String> known) {
            String status = known.get(twig.name());
            return status.equals("Succeeded")
                    || (status.equals("Skipped")
                            && twigs.stream()
                                    .filter(t -> twig.dependsOn().containsKey(t.name()))
                                    .allMatch(t -> good(t, twigs, known)));
        }

        private String status(Twig twig, String prefix, Map<String, String> known) {
            boolean met = twig.dependsOn().entrySet().stream().allMatch(d -> {
                String before = known.get(d.getKey());
                return d.getValue().equals(before) || (d.getValue().equals("Completed") && !before.equals("Skipped"));
            });
            if (!met) {
                return "Skipped";
            }
            if (twig.inactive()) {
                return "Succeeded";
            }
            String path = prefix + twig.name();
            if (twig.kind() == Kind.COPY) {
                return copy(twig, path);
            }
            String status = run(twig, path) ? "Succeeded" : "Failed";
            record(twig.name(), path, 1, status);
            return status;
        }

        private String copy(Twig twig, String path) {
            for (int attempt = 1; attempt <= twig.number() + 1; attempt++) {
                boolean well = fate(seed, path, attempt) == Fate.SUCCEEDS;
                record(twig.name(), path, attempt, well ? "Succeeded" : "Failed");
                if (well) {
                    return "Succeeded";
                }
            }
            return "Failed";
        }

        private boolean run(Twig twig, String path) {
            return switch (twig.kind()) {
                case COPY, WAIT -> true;
                case FAIL -> false;
                case IF, SWITCH -> list(twig.lists().get(twig.number()), path + "/");
                case FOR_EACH -> {
                    boolean well = true;
                    for (int i = 0; i < twig.number(); i++) {
                        iterations++;
                        well &= list(twig.lists().getFirst(), path + "[" + i + "]/");
                    }
                    yield well;
                }
                case UNTIL -> {
                    boolean well = true;
                    for (int pass = 0; pass <= twig.number(); pass++) {
                        iterations++;
                        well = list(twig.lists().getFirst(), path + "[" + pass + "]/");
                    }
                    yield well;
                }
            };
        }

        private void record(String name, String path, int attempt, String status) {
            int bracket = path.lastIndexOf("]/");
            String hash = bracket < 0 ? "outside" : id("run-1/" + path.substring(0, bracket + 1));
            records.put(id("run-1/" + attempt + "/" + path), name + " " + status + " " + hash);
        }

        private static String id(String name) {
            return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
        }
    }
}
