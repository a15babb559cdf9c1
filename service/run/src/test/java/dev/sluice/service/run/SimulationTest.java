package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.RunStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Random pipelines in a world that delivers events late, twice and in any order. The run must end, and end as an
/// independent computation of the rules says.
class SimulationTest {
    @Test
    void every_run_ends_as_the_rules_say() {
        for (int seed = 0; seed < 1_000; seed++) {
            Plan plan = Plan.random(new SplittableRandom(seed));
            SimulatedWorld world = world(plan, seed + 1_000_000L, false);
            world.run("seed " + seed + ": " + plan);
            Map<String, String> expected = new Oracle(plan).statuses();
            Map<String, String> actual = new TreeMap<>();
            world.state
                    .activities()
                    .forEach((name, a) -> actual.put(name, a.status().name()));
            assertThat(actual).as("seed %d: %s", seed, plan).isEqualTo(new TreeMap<>(expected));
            assertThat(world.state.status())
                    .as("seed %d: %s", seed, plan)
                    .isEqualTo(new Oracle(plan).succeeds() ? RunStatus.SUCCEEDED : RunStatus.FAILED);
            assertRecords(seed, world);
        }
    }

    @Test
    void a_cancelled_run_ends_as_cancelled_unless_it_was_over_before() {
        int cancelled = 0;
        for (int seed = 0; seed < 500; seed++) {
            Plan plan = Plan.random(new SplittableRandom(seed));
            SimulatedWorld world = world(plan, seed + 2_000_000L, true);
            world.run("seed " + seed + ": " + plan);
            assertThat(world.state.status().ended()).as("seed %d", seed).isTrue();
            assertThat(world.state.activities().values())
                    .allMatch(a -> a.status().ended());
            assertThat(world.state.status() == RunStatus.CANCELLED)
                    .as("seed %d", seed)
                    .isEqualTo(world.cancelledInTime);
            cancelled += world.cancelledInTime ? 1 : 0;
            assertRecords(seed, world);
        }
        assertThat(cancelled).isGreaterThan(150);
    }

    private static SimulatedWorld world(Plan plan, long seed, boolean cancel) {
        SplittableRandom random = new SplittableRandom(seed);
        int cancelAt = cancel ? random.nextInt(2 + 4 * plan.steps().size()) : -1;
        return new SimulatedWorld(plan.document(), plan::fate, path -> TestRun.success(), random, cancelAt);
    }

    private static void assertRecords(int seed, SimulatedWorld world) {
        assertThat(world.record.status()).as("seed %d", seed).isEqualTo(world.state.status());
        for (ActivityRun record : world.records.values()) {
            assertThat(record.activityRunEnd()).as("seed %d: %s", seed, record).isNotNull();
        }
        assertThat(world.timers).as("seed %d: timers left behind", seed).isEmpty();
    }

    enum Type {
        COPY,
        WAIT,
        SET_VARIABLE,
        FAIL,
        UNKNOWN
    }

    /// @param fates of the attempts, one more than there are retries
    /// @param mark what an inactive activity counts as; null when it is active
    record Step(
            String name,
            Type type,
            Map<String, Set<String>> dependsOn,
            List<SimulatedWorld.Fate> fates,
            String mark,
            int timeout) {}

    record Plan(List<Step> steps) {
        static Plan random(SplittableRandom random) {
            List<Step> steps = new ArrayList<>();
            int size = 1 + random.nextInt(9);
            for (int i = 0; i < size; i++) {
                Map<String, Set<String>> dependsOn = new LinkedHashMap<>();
                for (int j = 0; j < i; j++) {
                    if (random.nextInt(3) == 0) {
                        dependsOn.put("A" + j, conditions(random));
                    }
                }
                List<SimulatedWorld.Fate> fates = new ArrayList<>();
                for (int k = random.nextInt(3); k >= 0; k--) {
                    fates.add(
                            random.nextInt(2) == 0
                                    ? SimulatedWorld.Fate.SUCCEEDS
                                    : any(SimulatedWorld.Fate.values(), random));
                }
                Type type = random.nextInt(3) > 0 ? Type.COPY : any(Type.values(), random);
                String mark =
                        random.nextInt(12) == 0 ? any(new String[] {"Succeeded", "Failed", "Skipped"}, random) : null;
                steps.add(new Step("A" + i, type, dependsOn, fates, mark, 600 + random.nextInt(3_600)));
            }
            // The order in the document means nothing.
            for (int i = size - 1; i > 0; i--) {
                java.util.Collections.swap(steps, i, random.nextInt(i + 1));
            }
            return new Plan(steps);
        }

        private static Set<String> conditions(SplittableRandom random) {
            String[] all = {"Succeeded", "Succeeded", "Failed", "Skipped", "Completed"};
            Set<String> conditions = new HashSet<>(Set.of(any(all, random)));
            if (random.nextInt(4) == 0) {
                conditions.add(any(all, random));
            }
            return conditions;
        }

        private static <T> T any(T[] values, SplittableRandom random) {
            return values[random.nextInt(values.length)];
        }

        SimulatedWorld.Fate fate(String name, int attempt) {
            return steps.stream()
                    .filter(s -> s.name().equals(name))
                    .findFirst()
                    .orElseThrow()
                    .fates()
                    .get(attempt - 1);
        }

        Document document() {
            List<String> activities = new ArrayList<>();
            for (Step step : steps) {
                String after = step.dependsOn().isEmpty()
                        ? ""
                        : TestRun.after(step.dependsOn().entrySet().stream()
                                .map(e -> e.getKey() + ":" + String.join(",", e.getValue()))
                                .toArray(String[]::new));
                String more = after
                        + (step.mark() == null
                                ? ""
                                : ",\"state\":\"Inactive\",\"onInactiveMarkAs\":\"" + step.mark() + "\"");
                activities.add(
                        switch (step.type()) {
                            case COPY ->
                                TestRun.copy(
                                        step.name(),
                                        more + ",\"policy\":{\"retry\":"
                                                + (step.fates().size() - 1)
                                                + ",\"timeout\":\""
                                                + Duration.ofSeconds(step.timeout())
                                                        .toHours() + ":"
                                                + Duration.ofSeconds(step.timeout())
                                                        .toMinutesPart() + ":00\"}");
                            case WAIT -> other(step, "Wait", "{\"waitTimeInSeconds\":5}", more);
                            case SET_VARIABLE ->
                                other(step, "SetVariable", "{\"variableName\":\"v\",\"value\":\"x\"}", more);
                            case FAIL -> other(step, "Fail", "{\"message\":\"m\",\"errorCode\":\"c\"}", more);
                            case UNKNOWN -> other(step, "Unheard", "{}", more);
                        });
            }
            return TestRun.pipeline("{\"variables\":{\"v\":{\"type\":\"String\"}},\"activities\":["
                    + String.join(",", activities) + "]}");
        }

        private static String other(Step step, String type, String properties, String more) {
            return "{\"name\":\"" + step.name() + "\",\"type\":\"" + type + "\",\"typeProperties\":" + properties + more
                    + "}";
        }
    }

    /// The rules once more, written from their description and not from the code under test.
    private static final class Oracle {
        private final Map<String, Step> steps = new HashMap<>();
        private final Map<String, String> known = new HashMap<>();

        Oracle(Plan plan) {
            plan.steps().forEach(s -> steps.put(s.name(), s));
        }

        Map<String, String> statuses() {
            steps.keySet().forEach(this::status);
            return known;
        }

        boolean succeeds() {
            return steps.keySet().stream()
                    .filter(name ->
                            steps.values().stream().noneMatch(s -> s.dependsOn().containsKey(name)))
                    .allMatch(this::good);
        }

        /// A skipped leaf is as good as everything it hangs on.
        private boolean good(String name) {
            return switch (status(name)) {
                case "SUCCEEDED" -> true;
                case "FAILED" -> false;
                default -> steps.get(name).dependsOn().keySet().stream().allMatch(this::good);
            };
        }

        private String status(String name) {
            String status = known.get(name);
            if (status == null) {
                status = compute(steps.get(name));
                known.put(name, status);
            }
            return status;
        }

        private String compute(Step step) {
            for (Map.Entry<String, Set<String>> dependency : step.dependsOn().entrySet()) {
                String parent = status(dependency.getKey());
                Set<String> wanted = dependency.getValue();
                boolean met = parent.equals("SKIPPED")
                        ? wanted.contains("Skipped")
                        : wanted.contains("Completed")
                                || wanted.contains(parent.equals("FAILED") ? "Failed" : "Succeeded");
                if (!met) {
                    return "SKIPPED";
                }
            }
            if (step.mark() != null) {
                return step.mark().toUpperCase(java.util.Locale.ROOT);
            }
            return switch (step.type()) {
                case WAIT, SET_VARIABLE -> "SUCCEEDED";
                case FAIL, UNKNOWN -> "FAILED";
                case COPY -> step.fates().contains(SimulatedWorld.Fate.SUCCEEDS) ? "SUCCEEDED" : "FAILED";
            };
        }
    }
}
