package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunStatus;
import java.time.Duration;
import java.time.Instant;
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
            World world = new World(plan, new SplittableRandom(seed + 1_000_000L), false);
            world.run();
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
            World world = new World(plan, new SplittableRandom(seed + 2_000_000L), true);
            world.run();
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

    private static void assertRecords(int seed, World world) {
        assertThat(world.record.status()).as("seed %d", seed).isEqualTo(world.state.status());
        for (ActivityRun record : world.records.values()) {
            assertThat(record.activityRunEnd()).as("seed %d: %s", seed, record).isNotNull();
        }
        assertThat(world.timers).as("seed %d: timers left behind", seed).isEmpty();
    }

    /// What an attempt of a copy comes to.
    enum Fate {
        SUCCEEDS,
        FAILS,
        LOSES_ITS_NODE,
        IS_STOPPED_ON_THE_NODE,
        HANGS
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
            String name, Type type, Map<String, Set<String>> dependsOn, List<Fate> fates, String mark, int timeout) {}

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
                List<Fate> fates = new ArrayList<>();
                for (int k = random.nextInt(3); k >= 0; k--) {
                    fates.add(random.nextInt(2) == 0 ? Fate.SUCCEEDS : any(Fate.values(), random));
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
                case COPY -> step.fates().contains(Fate.SUCCEEDS) ? "SUCCEEDED" : "FAILED";
            };
        }
    }

    /// Nodes, timers and a post that is not to be relied on.
    private static final class World {
        private final Plan plan;
        private final SplittableRandom random;
        private final Definitions definitions = Definitions.of(TestRun.documents());
        private final List<Event> post = new ArrayList<>();
        private final List<Event> old = new ArrayList<>();
        private final Set<String> jobs = new HashSet<>();
        private final Map<String, Instant> timers = new HashMap<>();
        private final Map<String, ActivityRun> records = new HashMap<>();
        private RunState state;
        private PipelineRun record;
        private Instant now = TestRun.START;
        private final int cancelAt;
        private boolean cancelledInTime;

        World(Plan plan, SplittableRandom random, boolean cancel) {
            this.plan = plan;
            this.random = random;
            this.cancelAt = cancel ? random.nextInt(2 + 4 * plan.steps().size()) : -1;
            Admission admission = Decider.admit(
                    new RunRequest(
                            RunIdentity.manual("factory", "run-1", "tester", now), plan.document(), Json.object()),
                    now);
            Decision decision = ((Admission.Accepted) admission).decision();
            state = decision.state();
            decision.commands().forEach(this::carryOut);
            post.add(new Event.RunRequested(moment()));
        }

        void run() {
            for (int step = 0; !over(step); step++) {
                assertThat(step).as("the run must end: %s", plan).isLessThan(5_000);
                if (step == cancelAt) {
                    cancelledInTime = !state.status().ended();
                    deliver(new Event.CancelRequested(moment(), "tester"));
                }
                now = now.plusMillis(random.nextInt(3));
                if (!post.isEmpty()) {
                    Event event = post.remove(random.nextInt(post.size()));
                    old.add(event);
                    deliver(event);
                } else if (!timers.isEmpty()) {
                    fireNext();
                }
                if (!old.isEmpty() && random.nextInt(3) == 0) {
                    deliver(old.get(random.nextInt(old.size())));
                }
            }
            // Whatever still arrives after the end changes nothing.
            RunState end = state;
            old.forEach(this::deliver);
            assertThat(state).isSameAs(end);
        }

        private boolean over(int step) {
            return state.status().ended() && step > cancelAt && post.isEmpty();
        }

        private void fireNext() {
            String name = timers.entrySet().stream()
                    .min(Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                    .orElseThrow()
                    .getKey();
            Instant due = timers.remove(name);
            now = due.isAfter(now) ? due : now;
            Event fired = new Event.TimerFired(moment(), name);
            old.add(fired);
            deliver(fired);
        }

        private void deliver(Event event) {
            // Every state also survives being stored.
            RunState stored = RunState.fromJson(Json.bytes(state.toJson()));
            assertThat(stored).isEqualTo(state);
            Decision decision = Decider.decide(state, event, definitions);
            assertThat(Decider.decide(stored, event, definitions)).isEqualTo(decision);
            state = decision.state();
            decision.commands().forEach(this::carryOut);
        }

        private void carryOut(Command command) {
            switch (command) {
                case Command.StartJob job -> execute(job);
                case Command.CancelJob job -> stop(job);
                case Command.SetTimer timer -> timers.put(timer.name(), timer.at());
                case Command.ClearTimer timer -> timers.remove(timer.name());
                case Command.RecordActivity recorded ->
                    records.put(recorded.run().activityRunId(), recorded.run());
                case Command.RecordRun recorded -> record = recorded.run();
            }
        }

        private void execute(Command.StartJob job) {
            assertThat(jobs.add(job.activity() + "#" + job.attempt()))
                    .as("%s started twice for attempt %d", job.activity(), job.attempt())
                    .isTrue();
            Fate fate = plan.steps().stream()
                    .filter(s -> s.name().equals(job.activity()))
                    .findFirst()
                    .orElseThrow()
                    .fates()
                    .get(job.attempt() - 1);
            post.add(new Event.JobStarted(moment(), job.activity(), job.attempt(), "node"));
            switch (fate) {
                case SUCCEEDS -> ended(job, TestRun.success());
                case FAILS -> ended(job, TestRun.failure(job.activity()));
                case IS_STOPPED_ON_THE_NODE -> ended(job, new JobOutcome.Cancelled());
                case LOSES_ITS_NODE ->
                    post.add(new Event.LeaseLost(
                            moment(), job.activity(), job.attempt(), "node", Duration.ofSeconds(30)));
                case HANGS -> {}
            }
        }

        /// A node that hung and is told to stop sometimes answers late, even with a success.
        private void stop(Command.CancelJob job) {
            switch (random.nextInt(3)) {
                case 0 ->
                    post.add(new Event.JobEnded(moment(), job.activity(), job.attempt(), new JobOutcome.Cancelled()));
                case 1 -> post.add(new Event.JobEnded(moment(), job.activity(), job.attempt(), TestRun.success()));
                default -> {}
            }
        }

        private void ended(Command.StartJob job, JobOutcome outcome) {
            post.add(new Event.JobEnded(moment(), job.activity(), job.attempt(), outcome));
        }

        private Moment moment() {
            return new Moment(now, random.nextLong());
        }
    }
}
