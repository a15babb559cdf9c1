package dev.sluice.service.app.triggers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.job.FolderDigest;
import dev.sluice.model.job.FolderListing;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.service.app.runs.Chores;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.Save;
import dev.sluice.service.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Two services on one database, two nodes and a folder, from a seed: files appear, grow, are replaced and go; nodes
/// list, are slow, report late, twice or never; leases run out; services are killed in the middle of a step and take
/// steps in between each other's; clocks jump. Whatever happens, at the end every file that is there has fired for its
/// last version once, none has fired twice for one, and every one that fired and has gone has fired for that.
///
/// `-Dtriggers.seeds=N` runs as many, `-Dtriggers.seed=S` begins at that one, `-Dsluice.effort=5` runs five times as
/// many.
class WatchSimulationTest {
    private static final Instant T0 = Instant.parse("2026-03-28T20:00:00Z");

    @TempDir
    Path folder;

    @Test
    void no_file_is_lost_or_doubled() throws Exception {
        long first = Long.getLong("triggers.seed", 1);
        long seeds = Long.getLong("triggers.seeds", 12L * Integer.getInteger("sluice.effort", 1));
        Path migrated = folder.resolve("migrated.db");
        Store.sqliteOnTrustedMachine(migrated).close();
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

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    /// One service. It has no state but the database.
    private static final class Replica {
        final Dispatcher dispatcher;
        final Chores chores;
        final TriggerClock clock;
        final Firing firing;
        final World world;

        Replica(World world) {
            this.world = world;
            InstantSource time = this::time;
            Groups groups = new Groups(world.store, time);
            this.dispatcher =
                    new Dispatcher(world.store, groups, (f, t) -> Json.object(), time, new java.util.Random(1));
            Ledger ledger = new Ledger(world.store);
            Departures departures = new Departures(world.store, dispatcher);
            Watching watching = new Watching(world.store, ledger, departures, groups, dispatcher, time);
            dispatcher.alsoFor(watching);
            this.chores = new Chores(world.store, dispatcher, time, Duration.ofSeconds(30), id -> id);
            this.firing = new Firing(world.store, ledger, departures, watching, time);
            this.clock = new TriggerClock(world.store, firing, time);
        }

        Instant time() {
            world.between(this);
            return world.now;
        }

        void round() {
            guarded(() -> {
                clock.round();
                chores.round();
            });
        }

        void guarded(Runnable work) {
            try {
                work.run();
            } catch (Killed dead) {
                world.replace(this);
            }
        }
    }

    /// A listing that a node has made and not reported yet.
    private record Report(QueuedJob job, String node, JobOutcome outcome) {}

    private static final class World implements AutoCloseable {
        final SplittableRandom random;
        final Store store;
        final boolean whole;
        final Map<String, FolderListing.Entry> files = new TreeMap<>();
        final List<Report> spool = new ArrayList<>();
        final List<Report> sent = new ArrayList<>();
        final Replica[] replicas = new Replica[2];
        Instant now = T0;
        boolean quiet;
        int depth;
        int version;

        World(long seed, Path file) {
            this.random = new SplittableRandom(seed);
            this.whole = random.nextBoolean();
            this.store = Store.sqliteOnTrustedMachine(file);
            save(DocumentKind.FACTORY, "", "f", "{}");
            save(
                    DocumentKind.PIPELINE,
                    "f",
                    "p",
                    "{'properties':{'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':0}}]}}");
            save(
                    DocumentKind.LINKED_SERVICE,
                    "f",
                    "l",
                    "{'properties':{'type':'FileServer','typeProperties':{'host':'/x'}}}");
            save(
                    DocumentKind.TRIGGER,
                    "f",
                    "t",
                    "{'properties':{'type':'BlobEventsTrigger','pipelines':[{'pipelineReference':{'referenceName':'p','type':'PipelineReference'}}],"
                            + "'typeProperties':{'linkedService':{'referenceName':'l','type':'LinkedServiceReference'},'folderPath':'in',"
                            + "'events':['Microsoft.Storage.BlobCreated','Microsoft.Storage.BlobDeleted']}}}");
            replicas[0] = new Replica(this);
            replicas[1] = new Replica(this);
        }

        void save(DocumentKind kind, String factory, String name, String json) {
            Document document =
                    Document.parse(kind, name, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
            store.documents().save(new Save(factory, "s", "g", document, "e-" + name, null, List.of(), "me", T0));
        }

        // ---- what happens

        void live() {
            for (int i = 0; i < 5; i++) {
                write("old" + i, T0.minusSeconds(100));
            }
            quietly(() -> replicas[0].firing.start("f", "t"));
            for (int i = 0; i < 60; i++) {
                now = now.plusSeconds(random.nextInt(6));
                switch (random.nextInt(12)) {
                    case 0, 1 -> write("new" + random.nextInt(40), now);
                    case 2 -> write((random.nextBoolean() ? "new" : "old") + random.nextInt(5), now);
                    case 3 ->
                        files.remove(
                                files.isEmpty() ? "" : files.keySet().iterator().next());
                    case 4 -> now = now.plus(Duration.ofSeconds(random.nextInt(300)));
                    case 5 -> now = now.minus(Duration.ofSeconds(random.nextInt(600)));
                    case 6, 7 -> take();
                    case 8, 9 -> report();
                    case 10 -> again();
                    case 11 -> spool.clear();
                    default -> throw new IllegalStateException();
                }
                any().round();
                if (random.nextInt(3) > 0) {
                    take();
                    any().round();
                    report();
                }
            }
        }

        void write(String name, Instant modified) {
            String path = "in/" + name;
            files.put(path, new FolderListing.Entry(path, 1, modified, "v" + ++version));
        }

        /// A node takes a listing and makes it.
        void take() {
            String group = store.fleet()
                    .group("", dev.sluice.model.IntegrationRuntime.AUTO_RESOLVE)
                    .map(g -> g.groupId())
                    .orElse("");
            store
                    .jobs()
                    .lease(group, "node" + random.nextInt(2), 1, now, j -> Duration.ofSeconds(30), j -> true)
                    .stream()
                    .map(job -> new Report(job, job.node(), new JobOutcome.Succeeded(listing(job.spec()))))
                    .forEach(spool::add);
        }

        ObjectNode listing(JsonNode spec) {
            JsonNode asked = spec.path("activity").path("typeProperties");
            Map<String, List<FolderListing.Entry>> buckets = new TreeMap<>();
            asked.path("buckets").properties().forEach(e -> buckets.put(e.getKey(), new ArrayList<>()));
            files.values()
                    .forEach(f -> buckets.computeIfAbsent(
                                    FolderDigest.bucket(FolderDigest.key(f.path())), b -> new ArrayList<>())
                            .add(f));
            buckets.entrySet().removeIf(e -> {
                FolderDigest digest = new FolderDigest();
                e.getValue().forEach(f -> digest.add(f.path(), f.version()));
                return digest.text()
                        .equals(asked.path("buckets").path(e.getKey()).asString(""));
            });
            // Sometimes one report does not carry all.
            String next = "";
            while (!quiet && buckets.size() > 2 && random.nextInt(3) == 0) {
                next = buckets.keySet().stream().reduce((a, b) -> b).orElseThrow();
                buckets.remove(next);
            }
            return new FolderListing(buckets, next, files.size(), whole).toJson();
        }

        void report() {
            if (!spool.isEmpty()) {
                Report next = spool.remove(random.nextInt(spool.size()));
                sent.add(next);
                send(next);
            }
        }

        /// A report whose answer was lost comes again.
        void again() {
            if (!sent.isEmpty()) {
                send(sent.get(random.nextInt(sent.size())));
            }
        }

        void send(Report report) {
            Replica to = any();
            to.guarded(() -> {
                if (store.jobs()
                        .find(report.job().job())
                        .filter(j -> j.node().equals(report.node()))
                        .isPresent()) {
                    to.dispatcher.ended(report.job(), report.node(), report.outcome());
                }
            });
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

        /// Between a service's reading and writing.
        void between(Replica who) {
            if (quiet || depth > 0) {
                return;
            }
            depth++;
            try {
                int what = random.nextInt(12);
                if (what == 0) {
                    throw new Killed();
                } else if (what == 1) {
                    (replicas[0] == who ? replicas[1] : replicas[0]).round();
                } else if (what == 2) {
                    report();
                }
            } finally {
                depth--;
            }
        }

        void quietly(Runnable work) {
            quiet = true;
            work.run();
            quiet = false;
        }

        void settle() {
            quiet = true;
            // Longer than a clock may have gone wrong: leases run out and files settle.
            for (int i = 0; i < 240; i++) {
                now = now.plusSeconds(30);
                replicas[i % 2].round();
                take();
                report();
                replicas[i % 2].round();
            }
        }

        // ---- what must hold

        void check() {
            List<TriggerRun> fired =
                    store.triggers().runs("f", everything(), 100_000).value();
            Map<String, PipelineRun> runs = new HashMap<>();
            store.runs().pipelineRuns("f", everything(), 100_000).value().forEach(run -> runs.put(run.runId(), run));
            Set<String> claimed = new HashSet<>();
            Map<String, String> created = new HashMap<>();
            Map<String, Integer> balance = new HashMap<>();
            Set<String> versions = new HashSet<>();
            for (TriggerRun run : fired.reversed()) {
                assertThat(claimed.add(run.triggeredPipelines().get("p")))
                        .as(run.toString())
                        .isTrue();
                JsonNode event = store.triggers()
                        .run("f", run.triggerRunId())
                        .orElseThrow()
                        .context()
                        .path("outputs")
                        .path("body")
                        .path("event");
                String path = event.path("subject").asString("").substring(1);
                String of = event.path("data").path("eTag").asString("");
                if (event.path("eventType").asString("").endsWith("Created")) {
                    assertThat(versions.add(path + " " + of)).as(run.toString()).isTrue();
                    created.merge(path, of, (a, b) -> number(a) > number(b) ? a : b);
                } else {
                    balance.merge(path, 1, Integer::sum);
                    assertThat(versions.add(path + " gone " + of))
                            .as(run.toString())
                            .isTrue();
                }
            }
            assertThat(claimed).containsExactlyInAnyOrderElementsOf(runs.keySet());
            for (FolderListing.Entry file : files.values()) {
                boolean old = file.modified().isBefore(T0);
                if (!old) {
                    assertThat(created).as("fired for the last version").containsEntry(file.path(), file.version());
                }
            }
            created.forEach((path, of) -> {
                if (!files.containsKey(path)) {
                    assertThat(versions).as("fired when it went").contains(path + " gone " + of);
                }
            });
        }

        private static int number(String version) {
            return Integer.parseInt(version.substring(1));
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
