package dev.sluice.service.app.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.service.app.nodes.Limits;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.store.JobQueue;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.Save;
import dev.sluice.service.store.Store;
import dev.sluice.wire.JobRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node dies at any moment, in virtual time and with the times that a service uses by default; requests take up to
/// [#SLOWEST] milliseconds. The queue, its leases, the decisions and the chores are the real ones.
/// `-Dsluice.simulation.first=N` and `-Dsluice.simulation.seeds=1000` try others, or more.
class NodeDeathSimulationTest {
    private static final long FIRST = Long.getLong("sluice.simulation.first", 0);
    private static final long SEEDS = Long.getLong("sluice.simulation.seeds", 12);
    private static final Duration PROMISED = Duration.ofSeconds(15);
    private static final Limits LIMITS = Limits.STANDARD;
    /// The clockwork's longest pause between two looks.
    private static final int LOOK = 500;

    private static final int SLOWEST = 500;
    private static final int TICK = 50;
    private static final int NODES = 3;
    private static final int RUNS = 6;

    @TempDir
    Path folder;

    @Test
    void what_ran_on_a_dead_node_always_starts_elsewhere_within_fifteen_seconds() {
        List<Long> took = new ArrayList<>();
        int offered = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            try (Store store = Store.sqlite(folder.resolve(seed + ".db"))) {
                World world = new World(seed, store);
                world.play();
                took.addAll(world.millis.values());
                offered += world.offeredOnly;
            } catch (AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertThat(took).hasSizeGreaterThan((int) SEEDS / 2);
        assertThat(offered).as("deaths between offer and confirmation").isPositive();
        List<Long> sorted = took.stream().sorted().toList();
        System.out.printf(
                "%d jobs of dead nodes ran elsewhere after %d ms in the median, %d ms at most%n",
                sorted.size(), sorted.get(sorted.size() / 2), sorted.getLast());
    }

    /// One seed.
    private static final class World {
        private final SplittableRandom dice;
        private final Trouble time;
        private final Store store;
        private final Dispatcher dispatcher;
        private final Chores chores;
        private final String group;
        private final Map<Integer, Integer> nextBeat = new HashMap<>();
        /// When a request arrives, and what it does there.
        private final List<Arrival> arrivals = new ArrayList<>();
        private final List<Set<JobRef>> runs = new ArrayList<>();
        private final Map<JobRef, Integer> begun = new HashMap<>();
        /// What the dead node had and nobody else has yet, by run.
        private final Map<String, QueuedJob> orphans = new HashMap<>();
        final Map<String, Long> millis = new HashMap<>();
        private int now;
        private int dead = -1;
        private int died;
        int offeredOnly;

        private record Arrival(int at, Runnable work) {}

        World(long seed, Store store) {
            this.dice = new SplittableRandom(seed);
            this.time = new Trouble(dice.split());
            this.store = store;
            save(DocumentKind.FACTORY, "f", "{}");
            save(
                    DocumentKind.LINKED_SERVICE,
                    "s",
                    "{\"properties\":{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"/d\"}}}");
            save(
                    DocumentKind.DATASET,
                    "d",
                    "{\"properties\":{\"type\":\"Binary\",\"linkedServiceName\":{\"referenceName\":\"s\"}}}");
            save(DocumentKind.PIPELINE, "p", """
                    {"properties":{"activities":[{"name":"C","type":"Copy","policy":{"retry":1,"retryIntervalInSeconds":30},
                    "inputs":[{"referenceName":"d","type":"DatasetReference"}],
                    "outputs":[{"referenceName":"d","type":"DatasetReference"}],
                    "typeProperties":{"source":{"type":"BinarySource"},"sink":{"type":"BinarySink"}}}]}}""");
            Groups groups = new Groups(store, time::now);
            group = groups.builtIn().groupId();
            dispatcher = new Dispatcher(
                    store, groups, (factory, text) -> Json.object().put("sealed", text), time, time);
            chores = new Chores(store, dispatcher, time, LIMITS.lease(), node -> node);
            for (int node = 0; node < NODES; node++) {
                runs.add(new HashSet<>());
                nextBeat.put(node, dice.nextInt((int) LIMITS.heartbeat().toMillis()));
            }
        }

        private void save(DocumentKind kind, String name, String json) {
            store.documents()
                    .save(new Save(
                            kind == DocumentKind.FACTORY ? "" : "f",
                            "",
                            "",
                            new Document(kind, name, Json.parseObject(json)),
                            name,
                            null,
                            List.of(),
                            "t",
                            time.now()));
        }

        void play() {
            Document pipeline = store.documents()
                    .find("f", DocumentKind.PIPELINE, "p")
                    .orElseThrow()
                    .document();
            int death = 3_000 + dice.nextInt(9_000);
            int victim = dice.nextInt(NODES);
            List<Integer> starts = dice.ints(RUNS, 0, death / TICK)
                    .map(tick -> tick * TICK)
                    .sorted()
                    .boxed()
                    .toList();
            int look = dice.nextInt(LOOK);
            int started = 0;
            while (now < death + PROMISED.toMillis() + 5_000) {
                for (; started < RUNS && starts.get(started) <= now; started++) {
                    dispatcher.start(
                            RunIdentity.manual("f", "r" + started, "client", time.now()), pipeline, Json.object());
                }
                if (now >= look) {
                    chores.round();
                    look = now + LOOK;
                }
                arrive();
                if (dead < 0 && now >= death) {
                    die(victim);
                }
                int first = dice.nextInt(NODES);
                for (int i = 0; i < NODES; i++) {
                    living((first + i) % NODES);
                }
                now += TICK;
                time.move(TICK);
            }
            assertThat(orphans)
                    .as("jobs of node %d, dead since %d", victim, died)
                    .isEmpty();
            assertThat(millis.values()).allSatisfy(took -> assertThat(took).isLessThan(PROMISED.toMillis()));
        }

        private void arrive() {
            List<Arrival> due = arrivals.stream().filter(a -> a.at() <= now).toList();
            arrivals.removeAll(due);
            due.forEach(a -> a.work().run());
        }

        private void send(Runnable work) {
            arrivals.add(new Arrival(now + dice.nextInt(SLOWEST), work));
        }

        private void die(int node) {
            dead = node;
            died = now;
            for (QueuedJob job : store.jobs().heldBy(name(node))) {
                orphans.put(job.runId(), job);
                offeredOnly += job.confirmed() ? 0 : 1;
            }
        }

        private static String name(int node) {
            return "node-" + node;
        }

        /// A node that lives waits for work and speaks of what it runs. What it sent before its death still arrives.
        private void living(int node) {
            if (node == dead) {
                return;
            }
            for (QueuedJob offer : store.jobs()
                    .offer(
                            group,
                            name(node),
                            RUNS - store.jobs().heldBy(name(node)).size(),
                            time.now(),
                            j -> LIMITS.confirm(),
                            j -> true)) {
                // The offer's way to the node, and its confirmation's way back.
                int there = now + dice.nextInt(SLOWEST);
                arrivals.add(new Arrival(there, () -> {
                    if (node != dead) {
                        send(() -> confirm(node, offer));
                    }
                }));
            }
            if (now >= nextBeat.get(node)) {
                nextBeat.put(node, now + (int) LIMITS.heartbeat().toMillis());
                List<JobRef> jobs = List.copyOf(runs.get(node));
                send(() -> renewed(node, jobs));
            }
        }

        private JobQueue.Renewal renewed(int node, List<JobRef> jobs) {
            return store.jobs().renew(name(node), jobs, time.now().plus(LIMITS.lease()));
        }

        private void confirm(int node, QueuedJob offer) {
            JobRef job = offer.job();
            if (!renewed(node, List.of(job)).held().contains(job) || node == dead) {
                return;
            }
            assertThat(begun.put(job.first(), node)).as("%s begins once", job).isNull();
            runs.get(node).add(job);
            QueuedJob orphan = orphans.remove(offer.runId());
            if (orphan != null) {
                millis.put(offer.runId(), (long) now - died);
                // What it had not begun costs no attempt.
                boolean ran = orphan.confirmed() || orphan.job().attempt() < job.attempt();
                assertThat(job.attempt()).isEqualTo(ran ? 2 : 1);
            }
        }
    }
}
