package dev.sluice.service.app.triggers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.QueueReading;
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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Two services on one database, two nodes and a queue, from a seed: messages come, some twice and some
/// that are no events; nodes read them, remove those that are done with, report late, twice or never;
/// leases run out and hidden messages come again; services are killed in the middle of a step and take
/// steps in between each other's; their clocks jump. Whatever happens, at the end every event meant has
/// fired once and the queue is empty.
///
/// `-Dtriggers.seeds=N` runs as many, `-Dtriggers.seed=S` begins at that one, `-Dsluice.effort=5` runs five times as
/// many.
class QueueSimulationTest {
    private static final Instant T0 = Instant.parse("2026-03-28T20:00:00Z");

    @TempDir
    Path folder;

    @Test
    void no_event_is_lost_or_doubled_and_every_message_is_removed() throws Exception {
        long first = Long.getLong("triggers.seed", 1);
        long seeds = Long.getLong("triggers.seeds", 6L * Integer.getInteger("sluice.effort", 1));
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

    /// A reading that a node has made and not reported yet.
    private record Report(QueuedJob job, String node, JobOutcome outcome) {}

    /// A message in the queue.
    private static final class Waiting {
        final String text;
        Instant visible = Instant.EPOCH;
        String receipt = "";

        Waiting(String text) {
            this.text = text;
        }
    }

    private static final class World implements AutoCloseable {
        final SplittableRandom random;
        final Store store;
        final Map<String, Waiting> queue = new LinkedHashMap<>();
        final Set<String> meant = new HashSet<>();
        final List<Report> spool = new ArrayList<>();
        final List<Report> sent = new ArrayList<>();
        final Replica[] replicas = new Replica[2];
        /// The clock of the services, which jumps; that of the queue goes on.
        Instant now = T0;

        Instant queueTime = T0;
        boolean quiet;
        int depth;
        int numbers;
        int setAside;

        World(long seed, Path file) {
            this.random = new SplittableRandom(seed);
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
                    "{'properties':{'type':'AzureBlobStorage','typeProperties':{'serviceEndpoint':'https://a.blob.core.windows.net'}}}");
            save(
                    DocumentKind.TRIGGER,
                    "f",
                    "t",
                    "{'properties':{'type':'BlobEventsTrigger','pipelines':[{'pipelineReference':{'referenceName':'p','type':'PipelineReference'}}],"
                            + "'typeProperties':{'linkedService':{'referenceName':'l','type':'LinkedServiceReference'},'queueName':'events',"
                            + "'folderPath':'c/in','events':['Microsoft.Storage.BlobCreated']}}}");
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
            quietly(() -> replicas[0].firing.start("f", "t"));
            for (int i = 0; i < 80; i++) {
                pass(random.nextInt(6));
                switch (random.nextInt(12)) {
                    case 0, 1 -> event("in");
                    case 2 -> event("out");
                    case 3 -> put("no event");
                    case 4 -> pass(random.nextInt(400));
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

        void pass(long seconds) {
            now = now.plusSeconds(seconds);
            queueTime = queueTime.plusSeconds(seconds);
        }

        /// Event Grid delivers at least once.
        void event(String folder) {
            String id = "e" + ++numbers;
            String text =
                    "{'id':'%s','eventType':'Microsoft.Storage.BlobCreated','subject':'/blobServices/default/containers/c/blobs/%s/%s'}"
                            .formatted(id, folder, id)
                            .replace('\'', '"');
            put(text);
            if (random.nextInt(5) == 0) {
                put(text);
            }
            if (folder.equals("in")) {
                meant.add(id);
            }
        }

        void put(String text) {
            queue.put("m" + ++numbers, new Waiting(text));
        }

        /// A node takes a reading and makes it, which changes the queue whether the service hears of it or not.
        void take() {
            String group = store.fleet()
                    .group("", dev.sluice.model.IntegrationRuntime.AUTO_RESOLVE)
                    .map(g -> g.groupId())
                    .orElse("");
            store
                    .jobs()
                    .lease(group, "node" + random.nextInt(2), 1, now, j -> Duration.ofSeconds(30), j -> true)
                    .stream()
                    .map(job -> new Report(job, job.node(), new JobOutcome.Succeeded(reading(job.spec()))))
                    .forEach(spool::add);
        }

        ObjectNode reading(JsonNode spec) {
            JsonNode asked = spec.path("activity").path("typeProperties");
            for (JsonNode done : asked.path("done")) {
                Waiting waiting = queue.get(done.path("id").asString());
                if (waiting != null
                        && waiting.receipt.equals(done.path("receipt").asString())) {
                    queue.remove(done.path("id").asString());
                }
            }
            List<QueueReading.Message> messages = new ArrayList<>();
            int most = quiet ? 256 : 1 + random.nextInt(4);
            for (Map.Entry<String, Waiting> each : queue.entrySet()) {
                Waiting waiting = each.getValue();
                if (messages.size() < most && !waiting.visible.isAfter(queueTime)) {
                    waiting.visible = queueTime.plus(Duration.ofMinutes(5));
                    waiting.receipt = "r" + ++numbers;
                    QueueReading.Message message = QueueReading.message(each.getKey(), waiting.receipt, waiting.text);
                    setAside += message.readable() ? 0 : 1;
                    messages.add(
                            message.readable()
                                    ? message
                                    : new QueueReading.Message(
                                            message.id(), message.receipt(), List.of(), message.problem(), true));
                }
            }
            return new QueueReading(messages, messages.size() == most).toJson();
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
            // Longer than a clock may have gone wrong: leases run out, and what is hidden comes again.
            for (int i = 0; i < 240; i++) {
                pass(30);
                replicas[i % 2].round();
                take();
                report();
                replicas[i % 2].round();
            }
        }

        // ---- what must hold

        void check() {
            List<TriggerRun> all =
                    store.triggers().runs("f", everything(), 100_000).value();
            Set<String> runs = new HashSet<>();
            store.runs().pipelineRuns("f", everything(), 100_000).value().stream()
                    .map(PipelineRun::runId)
                    .forEach(runs::add);
            Set<String> claimed = new HashSet<>();
            Set<String> fired = new HashSet<>();
            int said = 0;
            for (TriggerRun run : all) {
                if (run.triggeredPipelines().isEmpty()) {
                    said++;
                    continue;
                }
                assertThat(claimed.add(run.triggeredPipelines().get("p")))
                        .as(run.toString())
                        .isTrue();
                String event = store.triggers()
                        .run("f", run.triggerRunId())
                        .orElseThrow()
                        .context()
                        .at("/outputs/body/event/id")
                        .asString("");
                assertThat(fired.add(event)).as("once: %s", event).isTrue();
            }
            assertThat(fired).isEqualTo(meant);
            assertThat(claimed).isEqualTo(runs);
            assertThat(queue).as("messages left").isEmpty();
            assertThat(said > 0).as("unreadable messages are said").isEqualTo(setAside > 0);
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
