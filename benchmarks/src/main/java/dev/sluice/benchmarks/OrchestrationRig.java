package dev.sluice.benchmarks;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.RunFilter;
import dev.sluice.service.app.runs.Chores;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.store.RunTransition;
import dev.sluice.service.store.Save;
import dev.sluice.service.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/// How many activities the service decides and stores in a second, with the embedded store: a loop of 10,000 items, and
/// many short runs from several callers. Then how fast a long history answers a filtered query.
///
/// Arguments: activity runs of the history (default 1,000,000), folder for the database (default a temporary one).
final class OrchestrationRig implements AutoCloseable {
    private static final String FACTORY = "f";
    private static final int ITEMS = 10_000;
    private static final int SHORT_RUNS = 2_000;
    private static final int CALLERS = 4;
    private static final int BATCH = 1_000;
    private static final int QUERIES = 21;

    private final Store store;
    private final Dispatcher dispatcher;
    private final Chores chores;
    private final Map<String, Document> pipelines;

    private OrchestrationRig(Path file) {
        InstantSource clock = InstantSource.system();
        store = Store.sqlite(file);
        dispatcher = new Dispatcher(
                store,
                new Groups(store, clock),
                (factory, text) -> Json.object().put("sealed", text),
                clock,
                new SplittableRandom(1));
        chores = new Chores(store, dispatcher, clock, Duration.ofSeconds(30), node -> node);
        chores.start();
        save("", new Document(DocumentKind.FACTORY, FACTORY, Json.parseObject("{}")));
        String wait = "{\"name\":\"W\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":0}}";
        String set =
                "{\"name\":\"S\",\"type\":\"SetVariable\",\"typeProperties\":{\"variableName\":\"v\",\"value\":\"@concat('x', pipeline().RunId)\"}}";
        pipelines = Map.of(
                "loop",
                pipeline(
                        "loop",
                        "{\"name\":\"Each\",\"type\":\"ForEach\",\"typeProperties\":{\"items\":\"@range(0, " + ITEMS
                                + ")\",\"activities\":[" + wait + "," + set + "]}}"),
                "short",
                pipeline("short", wait + "," + set));
        pipelines.values().forEach(p -> save(FACTORY, p));
    }

    private static Document pipeline(String name, String activities) {
        return new Document(
                DocumentKind.PIPELINE,
                name,
                Json.parseObject("{\"properties\":{\"variables\":{\"v\":{\"type\":\"String\"}},\"activities\":["
                        + activities + "]}}"));
    }

    private void save(String factory, Document document) {
        store.documents().save(new Save(factory, "", "", document, "1", null, List.of(), "rig", Instant.now()));
    }

    public static void main(String[] args) throws Exception {
        int history = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        Path folder = args.length > 1 ? Path.of(args[1]) : Files.createTempDirectory("sluice-orchestration-");
        try (OrchestrationRig rig = new OrchestrationRig(folder.resolve("rig.db"))) {
            rig.loop("first");
            rig.loop("second");
            rig.shortRuns();
            rig.history(history);
        }
    }

    private void loop(String which) {
        long began = System.nanoTime();
        long before = heap();
        String run = start("loop", which);
        await(run);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "loop of %,d items (%s)  %.1f s, %,.0f activities/s, heap %+d MB%n",
                ITEMS, which, seconds, (2 * ITEMS + 1) / seconds, (heap() - before) >> 20);
    }

    private void shortRuns() throws InterruptedException {
        long began = System.nanoTime();
        List<Thread> callers = new ArrayList<>();
        for (int c = 0; c < CALLERS; c++) {
            int caller = c;
            callers.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < SHORT_RUNS / CALLERS; i++) {
                    start("short", "short-" + caller + "-" + i);
                }
            }));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%,d runs of 2 activities  %.1f s, %,.0f activities/s%n",
                SHORT_RUNS, seconds, 2 * SHORT_RUNS / seconds);
    }

    private String start(String pipeline, String runId) {
        dispatcher.start(
                RunIdentity.manual(FACTORY, runId, "rig", Instant.now()),
                java.util.Objects.requireNonNull(pipelines.get(pipeline)),
                Json.object());
        return runId;
    }

    private void await(String run) {
        while (!store.runs().pipelineRun(FACTORY, run).orElseThrow().status().ended()) {
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static long heap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /// A history of one run with many activity runs of twenty names, one in a hundred failed.
    private void history(int size) {
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        long began = System.nanoTime();
        for (int i = 0; i < size / BATCH; i++) {
            List<ActivityRun> batch = new ArrayList<>();
            for (int k = 0; k < BATCH; k++) {
                int n = i * BATCH + k;
                batch.add(activity(n, start.plusMillis(n)));
            }
            store.runs()
                    .apply(new RunTransition(
                            FACTORY,
                            "old",
                            i,
                            Json.object(),
                            false,
                            null,
                            batch,
                            List.of(),
                            List.of(),
                            List.of(),
                            List.of(),
                            List.of(),
                            List.of(),
                            List.of(),
                            null,
                            null,
                            null,
                            null,
                            start));
        }
        System.out.printf("%,d activity runs written  %.1f s%n", size, (System.nanoTime() - began) / 1e9);
        query(
                "the first page of failed ones",
                "{\"operand\":\"Status\",\"operator\":\"Equals\",\"values\":[\"Failed\"]}");
        query("one activity's", "{\"operand\":\"ActivityName\",\"operator\":\"Equals\",\"values\":[\"A7\"]}");
        query(
                "a name that is not there",
                "{\"operand\":\"ActivityName\",\"operator\":\"Equals\",\"values\":[\"None\"]}");
        query(
                "two conditions",
                "{\"operand\":\"ActivityName\",\"operator\":\"Equals\",\"values\":[\"A7\"]},"
                        + "{\"operand\":\"Status\",\"operator\":\"Equals\",\"values\":[\"Failed\"]}");
    }

    private static ActivityRun activity(int n, Instant at) {
        boolean failed = n % 100 == 99;
        String name = "A" + n % 20;
        return new ActivityRun(
                "p",
                "old",
                name,
                "Copy",
                "activity-" + n,
                "",
                failed ? ActivityRunStatus.FAILED : ActivityRunStatus.SUCCEEDED,
                at,
                at.plusSeconds(1),
                0,
                Json.object(),
                Json.object(),
                ActivityError.none(name),
                Map.of(),
                List.of(),
                "");
    }

    private void query(String what, String filter) {
        RunFilter parsed = RunFilter.parse(Json.parseObject("{\"lastUpdatedAfter\":\"2000-01-01T00:00:00Z\","
                + "\"lastUpdatedBefore\":\"2100-01-01T00:00:00Z\",\"filters\":[" + filter + "]}"));
        double[] millis = new double[QUERIES];
        int found = 0;
        for (int i = 0; i < QUERIES; i++) {
            long began = System.nanoTime();
            found = store.runs()
                    .activityRuns(FACTORY, "old", parsed, 100)
                    .value()
                    .size();
            millis[i] = (System.nanoTime() - began) / 1e6;
        }
        Arrays.sort(millis);
        System.out.printf("  %-32s %.0f ms (limit 200), %d records%n", what, millis[QUERIES / 2], found);
    }

    @Override
    public void close() throws InterruptedException {
        chores.close();
        store.close();
    }
}
