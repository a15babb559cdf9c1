package dev.sluice.service.app.triggers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.model.run.TriggerRunStatus;
import dev.sluice.service.app.runs.Chores;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.store.Link;
import dev.sluice.service.store.Save;
import dev.sluice.service.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two services on one database, from a seed: clocks that go, jump forward and back and differ, a service
/// that is killed in the middle of a step, the other one that takes a whole step while the first is between
/// its reading and its writing, restarts, stops and starts. Whatever happens, at the end every occurrence
/// and every window has fired once, with one pipeline run each (for windows: one per attempt), and no
/// pipeline run belongs to nothing.
///
/// `-Dtriggers.seeds=N` runs as many, `-Dtriggers.seed=S` begins at that one, `-Dsluice.effort=5` runs five times as
/// many.
class TriggerSimulationTest {
    private static final Instant T0 = Instant.parse("2026-03-28T20:00:00Z");

    @TempDir
    Path folder;

    @Test
    void no_firing_is_lost_or_doubled() throws Exception {
        long first = Long.getLong("triggers.seed", 1);
        long seeds = Long.getLong("triggers.seeds", 40L * Integer.getInteger("sluice.effort", 1));
        Path migrated = folder.resolve("migrated.db");
        Store.sqliteOnTrustedMachine(migrated).close();
        // Each seed is a world of its own, so they share the processors.
        LongStream.range(first, first + seeds).parallel().forEach(seed -> live(seed, migrated));
    }

    private void live(long seed, Path migrated) {
        Path file = folder.resolve("s" + seed + ".db");
        try {
            Files.copy(migrated, file);
            try (World world = new World(seed, file)) {
                world.live();
                world.settle();
                world.check();
            }
            Files.deleteIfExists(file);
        } catch (AssertionError | RuntimeException | IOException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    /// A service dies.
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /// One service. It has no state but the database: killing it is forgetting it.
    private final class Replica {
        final Chores chores;
        final TriggerClock clock;
        final Firing firing;
        final World world;
        Duration skew = Duration.ZERO;

        Replica(World world) {
            this.world = world;
            InstantSource time = this::time;
            Groups groups = new Groups(world.store, time);
            Dispatcher dispatcher =
                    new Dispatcher(world.store, groups, (f, t) -> Json.object(), time, new java.util.Random(1));
            this.chores = new Chores(world.store, dispatcher, time, Duration.ofSeconds(30), id -> id);
            Ledger ledger = new Ledger(world.store);
            Departures departures = new Departures(world.store, dispatcher);
            Watching watching = new Watching(world.store, ledger, departures, groups, dispatcher, time);
            dispatcher.alsoFor(watching);
            this.firing = new Firing(world.store, ledger, departures, watching, time);
            this.clock = new TriggerClock(world.store, firing, time);
        }

        /// Asked between reading and writing: here others come in between, and here it may die.
        Instant time() {
            world.between(this);
            return world.now.plus(skew);
        }

        void round() {
            try {
                clock.round();
                chores.round();
            } catch (Killed dead) {
                world.replace(this);
            }
        }
    }

    private final class World implements AutoCloseable {
        final SplittableRandom random;
        final Path file;
        Store store;
        Instant now = T0;
        Replica[] replicas = new Replica[2];
        boolean quiet;
        int depth;
        /// When the schedule was last started, by the clock of who started it; null while it is stopped.
        @Nullable
        Instant startedAt;
        /// Occurrences that must have fired: between a start and the latest moment that a service saw before the stop.
        final Set<Instant> due = new HashSet<>();

        World(long seed, Path file) {
            this.random = new SplittableRandom(seed);
            this.file = file;
            this.store = Store.sqliteOnTrustedMachine(file);
            save(DocumentKind.FACTORY, "", "f", "{}");
            save(
                    DocumentKind.PIPELINE,
                    "f",
                    "quick",
                    "{'properties':{'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':0}}]}}");
            save(
                    DocumentKind.PIPELINE,
                    "f",
                    "slow",
                    "{'properties':{'concurrency':2,'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':700}}]}}");
            save(
                    DocumentKind.TRIGGER,
                    "f",
                    "sched",
                    "{'properties':{'type':'ScheduleTrigger','pipelines':[" + pipeline("quick")
                            + "],'typeProperties':{'recurrence':{'frequency':'Minute','interval':11,'startTime':'" + T0
                            + "'}}}}");
            save(DocumentKind.TRIGGER, "f", "up", windows("slow", "'maxConcurrency':3"));
            save(
                    DocumentKind.TRIGGER,
                    "f",
                    "down",
                    windows(
                            "quick",
                            "'maxConcurrency':2,'dependsOn':[{'type':'TumblingWindowTriggerDependencyReference','size':'01:00:00','offset':'-00:30:00','referenceTrigger':{'referenceName':'up','type':'TriggerReference'}}]"),
                    new Link(DocumentKind.TRIGGER, "up", "/x"));
            replicas[0] = new Replica(this);
            replicas[1] = new Replica(this);
        }

        String windows(String pipeline, String more) {
            return "{'properties':{'type':'TumblingWindowTrigger','pipeline':" + pipeline(pipeline)
                    + ",'typeProperties':{'frequency':'Minute','interval':30,'startTime':'"
                    + T0.minus(Duration.ofHours(2))
                    + "'," + more + "}}}";
        }

        String pipeline(String name) {
            return "{'pipelineReference':{'referenceName':'" + name + "','type':'PipelineReference'}}";
        }

        void save(DocumentKind kind, String factory, String name, String json, Link... links) {
            Document document =
                    Document.parse(kind, name, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
            store.documents().save(new Save(factory, "s", "g", document, "e-" + name, null, List.of(links), "me", T0));
        }

        // ---- what happens

        void live() {
            start("up");
            start("down");
            for (int i = 0; i < 30; i++) {
                switch (random.nextInt(12)) {
                    case 0, 1, 2, 3 -> now = now.plusSeconds(random.nextInt(600));
                    case 4 -> now = now.plus(Duration.ofMinutes(random.nextInt(120)));
                    case 5 -> now = now.minus(Duration.ofMinutes(random.nextInt(60)));
                    case 6 -> any().skew = Duration.ofSeconds(random.nextInt(-90, 90));
                    case 7 -> replace(any());
                    case 8 -> reopen();
                    case 9 -> toggle();
                    case 10, 11 -> any().round();
                    default -> throw new IllegalStateException();
                }
                any().round();
            }
        }

        Replica any() {
            return replicas[random.nextInt(2)];
        }

        void replace(Replica dead) {
            for (int i = 0; i < 2; i++) {
                if (replicas[i] == dead) {
                    replicas[i] = new Replica(this);
                }
            }
        }

        void reopen() {
            store.close();
            store = Store.sqliteOnTrustedMachine(file);
            replicas[0] = new Replica(this);
            replicas[1] = new Replica(this);
        }

        /// Between a service's reading and writing.
        void between(Replica who) {
            if (quiet || depth > 0) {
                return;
            }
            depth++;
            try {
                int what = random.nextInt(16);
                if (what == 0) {
                    throw new Killed();
                } else if (what <= 2) {
                    Replica other = replicas[0] == who ? replicas[1] : replicas[0];
                    other.round();
                }
            } finally {
                depth--;
            }
        }

        void toggle() {
            quietly(() -> {
                // Nothing is due when it is stopped: all has fired that was.
                if (startedAt == null) {
                    startedAt = now;
                    replicas[0].skew = Duration.ZERO;
                    start("sched");
                } else {
                    drain();
                    replicas[0].skew = Duration.ZERO;
                    startedAt = null;
                    replicas[0].firing.stop("f", "sched");
                }
            });
        }

        void start(String name) {
            quietly(() -> replicas[0].firing.start("f", name));
        }

        void quietly(Runnable work) {
            boolean before = quiet;
            quiet = true;
            try {
                work.run();
            } finally {
                quiet = before;
            }
        }

        void drain() {
            quietly(() -> {
                for (int i = 0; i < 400 && busy(); i++) {
                    replicas[i % 2].round();
                }
                Instant from = startedAt;
                if (from != null) {
                    occurrences(from, now).forEach(due::add);
                }
            });
        }

        boolean busy() {
            return !store.triggers().due(now, 1).isEmpty()
                    || !store.triggers().withEndedRuns(1).isEmpty();
        }

        static List<Instant> occurrences(Instant from, Instant to) {
            List<Instant> found = new ArrayList<>();
            for (Instant at = T0; !at.isAfter(to); at = at.plus(11, ChronoUnit.MINUTES)) {
                if (!at.isBefore(from)) {
                    found.add(at);
                }
            }
            return found;
        }

        /// Lets everything come to its end.
        void settle() {
            quiet = true;
            replicas[0].skew = Duration.ZERO;
            replicas[1].skew = Duration.ZERO;
            drain();
            for (int i = 0; i < 2_000 && open() > 0; i++) {
                now = next();
                replicas[i % 2].round();
                if (i == 20) {
                    // No more windows: what is open can end.
                    replicas[0].firing.stop("f", "sched");
                    drain();
                }
            }
        }

        /// When the next thing happens; a minute later when that is now.
        Instant next() {
            return Stream.of(store.triggers().nextDue(), store.runs().nextDue())
                    .flatMap(Optional::stream)
                    .filter(due -> due.isAfter(now))
                    .min(Instant::compareTo)
                    .orElse(now.plusSeconds(60));
        }

        long open() {
            Instant limit = now;
            return store.triggers().openWindows("f", "up").stream()
                            .filter(w -> w.end().isBefore(limit.minusSeconds(3_600)))
                            .count()
                    + store.triggers().openWindows("f", "down").stream()
                            .filter(w -> w.end().isBefore(limit.minusSeconds(3_600)))
                            .count();
        }

        // ---- what must hold

        void check() {
            List<TriggerRun> fired = all();
            Map<String, PipelineRun> runs = pipelineRuns();
            Set<String> claimed = new HashSet<>();
            for (TriggerRun run : fired) {
                for (String id : run.triggeredPipelines().values()) {
                    assertThat(claimed.add(id))
                            .as("pipeline run %s of %s", id, run)
                            .isTrue();
                    assertThat(runs).as("of " + run).containsKey(id);
                    assertThat(runs.get(id).invokedBy().id()).isEqualTo(run.triggerRunId());
                }
            }
            assertThat(claimed)
                    .as("no pipeline run belongs to nothing")
                    .containsExactlyInAnyOrderElementsOf(runs.keySet());
            List<Instant> scheduled = fired.stream()
                    .filter(r -> r.triggerName().equals("sched"))
                    .map(r -> time(r, "ScheduleTime"))
                    .toList();
            assertThat(scheduled).doesNotHaveDuplicates().containsAll(due);
            windows(fired, "up");
            windows(fired, "down");
        }

        private void windows(List<TriggerRun> fired, String trigger) {
            List<Instant> starts = new ArrayList<>();
            for (TriggerRun run : fired) {
                if (run.triggerName().equals(trigger)) {
                    starts.add(time(run, "windowStartTime"));
                    boolean past = time(run, "windowEndTime").isBefore(now.minusSeconds(3_600));
                    if (past) {
                        assertThat(run.status()).as(run.toString()).isEqualTo(TriggerRunStatus.SUCCEEDED);
                    }
                }
            }
            starts.sort(null);
            assertThat(starts).isNotEmpty().doesNotHaveDuplicates();
            for (int i = 0; i < starts.size(); i++) {
                assertThat(starts.get(i))
                        .isEqualTo(T0.minus(Duration.ofHours(2)).plus(Duration.ofMinutes(30L * i)));
            }
        }

        private Instant time(TriggerRun run, String property) {
            return Timestamps.parse(
                            java.util.Objects.requireNonNull(run.properties().get(property)))
                    .orElseThrow();
        }

        private List<TriggerRun> all() {
            return store.triggers().runs("f", everything(), 100_000).value();
        }

        private Map<String, PipelineRun> pipelineRuns() {
            Map<String, PipelineRun> runs = new HashMap<>();
            store.runs().pipelineRuns("f", everything(), 100_000).value().forEach(run -> runs.put(run.runId(), run));
            return runs;
        }

        private RunFilter everything() {
            return new RunFilter(
                    T0.minus(Duration.ofDays(400)), T0.plus(Duration.ofDays(400)), List.of(), List.of(), null);
        }

        @Override
        public void close() {
            store.close();
        }
    }
}
