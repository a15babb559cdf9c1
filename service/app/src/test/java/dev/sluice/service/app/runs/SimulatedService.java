package dev.sluice.service.app.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunFilter;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.store.JobQueue;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.RunTransition;
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
import java.util.TreeMap;

/// The service on a real SQLite file, its queue and its nodes, on one thread and one seed with a time of their own.
/// Clients start and cancel runs; nodes are offered jobs and confirm them, both dropped, late or twice; they forget
/// jobs, report late, twice, in any order or not at all until they are heard; the clock jumps; the service dies
/// wherever it looks at its clock and starts again.
final class SimulatedService {
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration CONFIRM = Duration.ofSeconds(2);
    private static final String FACTORY = "f";
    private static final int NODES = 3;
    private static final int STEPS = 200;
    private static final int MOST = 60_000;

    private final SplittableRandom dice;
    private final Trouble trouble;
    private final Path file;
    private final List<SimulatedPlan.Pipeline> pipelines;
    private final List<String> acknowledged = new ArrayList<>();
    /// What nodes have done and not been heard with; may hold a report twice.
    private final List<Report> post = new ArrayList<>();
    private final Map<JobRef, Report> accepted = new HashMap<>();
    private final List<Set<JobRef>> held = new ArrayList<>();
    /// Offers and confirmations on their way; may hold one twice.
    private final List<Offer> offers = new ArrayList<>();
    private final List<Offer> confirmations = new ArrayList<>();
    /// What each node was offered and has not begun.
    private final List<Map<JobRef, QueuedJob>> known = new ArrayList<>();
    private final Set<JobRef> begun = new HashSet<>();
    private final Map<JobRef, String> executed = new HashMap<>();
    private final StringBuilder trace = new StringBuilder();
    private Store store;
    private Dispatcher dispatcher;
    private Chores chores;
    private String group = "";
    private int runs;
    private int outcomes;
    private boolean peace;
    int crashes;

    private record Offer(int node, QueuedJob job) {}

    private record Report(String node, QueuedJob job, JobOutcome outcome, String mark) {}

    SimulatedService(long seed, Path file) {
        this.dice = new SplittableRandom(seed);
        this.trouble = new Trouble(dice.split());
        this.file = file;
        this.pipelines = new SimulatedPlan(dice.split()).pipelines();
        for (int i = 0; i < NODES; i++) {
            held.add(new HashSet<>());
            known.add(new HashMap<>());
        }
        store = Store.sqlite(file);
        save(DocumentKind.FACTORY, FACTORY, "{}");
        save(
                DocumentKind.LINKED_SERVICE,
                "s",
                "{\"properties\":{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"/d\"}}}");
        save(
                DocumentKind.DATASET,
                "d",
                "{\"properties\":{\"type\":\"Binary\",\"linkedServiceName\":{\"referenceName\":\"s\"}}}");
        pipelines.forEach(p -> save(DocumentKind.PIPELINE, p.name(), p.json()));
        open();
    }

    private void save(DocumentKind kind, String name, String json) {
        String factory = kind == DocumentKind.FACTORY ? "" : FACTORY;
        store.documents()
                .save(new Save(
                        factory,
                        "",
                        "",
                        new Document(kind, name, Json.parseObject(json)),
                        name,
                        null,
                        List.of(),
                        "t",
                        trouble.now()));
    }

    /// As the service starts.
    private void open() {
        Groups groups = new Groups(store, trouble::now);
        group = groups.builtIn().groupId();
        dispatcher =
                new Dispatcher(store, groups, (factory, text) -> Json.object().put("sealed", text), trouble, trouble);
        dispatcher.onWork(trouble::occasion);
        chores = new Chores(store, dispatcher, trouble, LEASE, node -> node);
        store.jobs().grace(trouble.now().plus(LEASE));
    }

    /// Everything that happened, for comparing two runs of a seed.
    String trace() {
        return trace.toString();
    }

    void run() {
        trouble.crashes(40);
        for (int step = 0; step < STEPS; step++) {
            guarded(this::something);
            checkConcurrency();
        }
        // Peace: everything that has begun comes to its end by itself.
        trouble.crashes(0);
        held.forEach(Set::clear);
        known.forEach(Map::clear);
        offers.clear();
        confirmations.clear();
        peace = true;
        for (int step = 0; !over(); step++) {
            assertThat(step).as("the runs must end: %s", open(acknowledged)).isLessThan(MOST);
            quiet();
            checkConcurrency();
        }
        checkEnds();
        store.close();
    }

    private boolean over() {
        return store.runs().unfinished("", 1).isEmpty() && post.isEmpty() && idle();
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (Trouble.Crash e) {
            crashes++;
            say("crash");
            // What is committed is on disk either way; opening the file anew each time would take most of the test.
            if (dice.nextInt(8) == 0) {
                store.close();
                store = Store.sqlite(file);
            }
            boolean up = false;
            while (!up) {
                try {
                    open();
                    dispatcher.resume();
                    up = true;
                } catch (Trouble.Crash again) {
                    crashes++;
                }
            }
        }
    }

    private void something() {
        switch (dice.nextInt(16)) {
            case 0 -> start();
            case 1 -> cancel();
            case 2, 3 -> lease(dice.nextInt(NODES));
            case 4, 5 -> deliver();
            case 6 -> heartbeat(dice.nextInt(NODES));
            case 7 -> forgetful(dice.nextInt(NODES));
            case 8 -> trouble.move(dice.nextInt(60_000));
            case 9 -> trouble.move(dice.nextInt(10) == 0 ? dice.nextInt(40) * 3_600_000L : -dice.nextInt(5_000));
            case 10, 11 -> arrive();
            case 12, 13 -> confirm();
            default -> chores.round();
        }
    }

    private void quiet() {
        for (int node = 0; node < NODES; node++) {
            lease(node);
            heartbeat(node);
        }
        while (!offers.isEmpty()) {
            arrive();
        }
        while (!confirmations.isEmpty()) {
            confirm();
        }
        while (!post.isEmpty()) {
            deliver();
        }
        chores.round();
        trouble.move(idle() ? untilDue() : 5_000 + dice.nextInt(20_000));
    }

    private boolean idle() {
        return !store.jobs().hasWork(group)
                && store.runs().letters(1).isEmpty()
                && java.util.stream.IntStream.range(0, NODES)
                        .allMatch(node -> store.jobs().heldBy(name(node)).isEmpty());
    }

    private long untilDue() {
        return store.runs()
                .nextDue()
                .map(due -> Math.max(1, Duration.between(trouble.now(), due).toMillis()))
                .orElse(1_000L);
    }

    private void start() {
        if (acknowledged.size() >= 12) {
            return;
        }
        String runId = "run-" + runs++;
        String name = pipelines.get(dice.nextInt(pipelines.size())).name();
        Document document = store.documents()
                .find(FACTORY, DocumentKind.PIPELINE, name)
                .orElseThrow()
                .document();
        dispatcher.start(RunIdentity.manual(FACTORY, runId, "client", trouble.now()), document, Json.object());
        acknowledged.add(runId);
        say("start " + runId + " of " + name);
    }

    private void cancel() {
        if (!acknowledged.isEmpty() && dice.nextInt(4) == 0) {
            String runId = acknowledged.get(dice.nextInt(acknowledged.size()));
            say("cancel " + runId + " " + dispatcher.cancel(runId, "client", dice.nextBoolean()));
        }
    }

    private static String name(int node) {
        return "node-" + node;
    }

    /// Some nodes confirm what they are offered before they begin, as ours do; for others an offer is theirs at once.
    private static boolean confirms(int node) {
        return node > 0;
    }

    private void lease(int node) {
        int slots = 1 + dice.nextInt(3);
        List<QueuedJob> handedOut = confirms(node)
                ? store.jobs()
                        .offer(
                                group,
                                name(node),
                                slots,
                                trouble.now(),
                                j -> CONFIRM.multipliedBy(1L << Math.min(j.job().offer(), 4)),
                                j -> true)
                : store.jobs().lease(group, name(node), slots, trouble.now(), j -> LEASE, j -> true);
        for (QueuedJob job : handedOut) {
            say("offer " + job.job() + " to " + node);
            if (!confirms(node)) {
                held.get(node).add(job.job());
                if (dice.nextBoolean()) {
                    dispatcher.started(job, name(node));
                }
                execute(node, job);
            } else if (peace || dice.nextInt(5) > 0) {
                offers.add(new Offer(node, job));
                if (dice.nextInt(5) == 0) {
                    offers.add(new Offer(node, job));
                }
            }
        }
    }

    /// An offer arrives; a node takes one that it has already, or has had, for nothing new.
    private void arrive() {
        if (!offers.isEmpty()) {
            Offer offer = offers.remove(dice.nextInt(offers.size()));
            if (!begun.contains(offer.job().job())) {
                known.get(offer.node()).put(offer.job().job(), offer.job());
                confirmations.add(offer);
            }
        }
    }

    /// A confirmation arrives, late or twice or never, and its answer comes back, or not: then the node asks again.
    private void confirm() {
        if (confirmations.isEmpty()) {
            return;
        }
        Offer offer = confirmations.get(dice.nextInt(confirmations.size()));
        JobRef job = offer.job().job();
        if (peace || dice.nextInt(4) > 0) {
            JobQueue.Renewal renewal = store.jobs()
                    .renew(name(offer.node()), List.of(job), trouble.now().plus(LEASE));
            say("confirm " + job + " by " + offer.node() + " " + renewal);
            if (!renewal.begun().isEmpty() && dice.nextBoolean()) {
                store.jobs().find(job).ifPresent(found -> dispatcher.started(found, name(offer.node())));
            }
            if (peace || dice.nextInt(4) > 0) {
                answered(offer, renewal.held().contains(job));
            }
        }
        if (peace || dice.nextInt(4) > 0) {
            confirmations.remove(offer);
        }
    }

    private void answered(Offer offer, boolean mine) {
        QueuedJob job = known.get(offer.node()).remove(offer.job().job());
        if (job != null && mine && begun.add(job.job())) {
            held.get(offer.node()).add(job.job());
            execute(offer.node(), job);
        }
    }

    /// A node that confirms does an attempt only when it alone has it: whatever was dropped, late or doubled.
    private void execute(int node, QueuedJob job) {
        if (confirms(node)) {
            String before = executed.put(job.job().first(), name(node));
            assertThat(before)
                    .as("%s is done by %s and by %s", job.job(), before, name(node))
                    .isNull();
        }
        String mark = "outcome-" + outcomes++;
        Report report = new Report(name(node), job, outcome(mark), mark);
        say("execute " + job.job() + " " + report.outcome().getClass().getSimpleName());
        // Some jobs hang while there is trouble.
        if (peace || dice.nextInt(12) > 0) {
            post.add(report);
            if (dice.nextInt(5) == 0) {
                post.add(report);
            }
        }
    }

    private JobOutcome outcome(String mark) {
        return switch (dice.nextInt(5)) {
            case 0 -> new JobOutcome.Failed(new ActivityError("2200", mark, "UserError", "copy", List.of()));
            case 1 -> dice.nextBoolean() ? new JobOutcome.Cancelled() : succeeded(mark);
            default -> succeeded(mark);
        };
    }

    private static JobOutcome succeeded(String mark) {
        return new JobOutcome.Succeeded(Json.object().put("mark", mark));
    }

    /// Any report of those on their way arrives; if the service dies over it, the node sends it again.
    private void deliver() {
        if (post.isEmpty()) {
            return;
        }
        Report report = post.get(dice.nextInt(post.size()));
        var job = store.jobs().find(report.job().job()).filter(j -> j.node().equals(report.node()));
        boolean taken = job.isPresent()
                && dispatcher.ended(job.get(), report.node(), report.outcome()) == RunTransition.Result.APPLIED;
        if (taken) {
            Report before = accepted.put(report.job().job(), report);
            assertThat(before).as("%s accepted twice", report.job().job()).isNull();
        } else if (store.jobs()
                .endedBy(report.job().job(), report.node())
                .filter("reported"::equals)
                .isPresent()) {
            // The answer was lost with the service that gave it.
            accepted.putIfAbsent(report.job().job(), report);
        }
        post.remove(report);
        say("report " + report.mark() + " " + taken);
        held.get(Integer.parseInt(report.node().substring(5)))
                .remove(report.job().job());
    }

    private void heartbeat(int node) {
        List<JobRef> jobs = held.get(node).stream()
                .sorted(java.util.Comparator.comparing(JobRef::toString))
                .toList();
        held.get(node)
                .retainAll(store.jobs()
                        .renew(name(node), jobs, trouble.now().plus(LEASE))
                        .held());
        // A node that was told to stop a job says that it has, unless it has an outcome already.
        for (JobRef job : store.jobs().cancelsFor(name(node))) {
            boolean told = post.stream().anyMatch(r -> r.job().job().equals(job));
            var stored = store.jobs().find(job);
            if (!told && stored.isPresent()) {
                post.add(new Report(name(node), stored.get(), new JobOutcome.Cancelled(), "stopped-" + job));
            }
        }
    }

    /// A node's machine starts again: it knows nothing any more.
    private void forgetful(int node) {
        if (dice.nextInt(3) == 0) {
            held.get(node).clear();
            known.get(node).clear();
            confirmations.removeIf(o -> o.node() == node);
            post.removeIf(r -> r.node().equals(name(node)));
            say("forgetful " + node);
        }
    }

    private void checkConcurrency() {
        for (SimulatedPlan.Pipeline pipeline : pipelines) {
            if (pipeline.concurrency() > 0) {
                assertThat(store.runs().running(FACTORY, pipeline.name()))
                        .as("runs of %s", pipeline.name())
                        .isLessThanOrEqualTo(pipeline.concurrency());
            }
        }
    }

    private static RunFilter everything() {
        return RunFilter.parse(Json.parseObject(
                "{\"lastUpdatedAfter\":\"2000-01-01T00:00:00Z\",\"lastUpdatedBefore\":\"2100-01-01T00:00:00Z\"}"));
    }

    private List<String> open(List<String> ids) {
        return ids.stream()
                .map(id -> id + " "
                        + store.runs()
                                .pipelineRun(FACTORY, id)
                                .map(r -> r.status().word())
                                .orElse("?"))
                .toList();
    }

    private void checkEnds() {
        Map<String, ActivityRun> byMark = new HashMap<>();
        Map<String, PipelineRun> byId = new TreeMap<>();
        for (PipelineRun run :
                store.runs().pipelineRuns(FACTORY, everything(), 5_000).value()) {
            byId.put(run.runId(), run);
            assertThat(run.status().ended()).as(run.runId()).isTrue();
            assertThat(store.jobs().ofRun(run.runId()))
                    .as("jobs left of %s", run.runId())
                    .isEmpty();
        }
        assertThat(byId.keySet()).containsAll(acknowledged);
        assertThat(store.runs().nextDue()).as("timers left").isEmpty();
        for (PipelineRun run : byId.values()) {
            for (ActivityRun activity : store.runs()
                    .activityRuns(FACTORY, run.runId(), everything(), 5_000)
                    .value()) {
                assertThat(activity.activityRunEnd())
                        .as("%s", activity.toJson())
                        .isNotNull();
                byMark.put(activity.output().path("mark").asString(""), activity);
                called(activity, byId);
            }
            say(run.runId().startsWith("run-") ? run.runId() + " " + run.status() : "called " + run.status());
        }
        // A success that was accepted is there, even when the run was being cancelled; unless its time was up before.
        accepted.values().stream()
                .filter(r -> r.outcome() instanceof JobOutcome.Succeeded)
                .forEach(r -> {
                    ActivityRun shown = byMark.get(r.mark());
                    if (shown != null) {
                        assertThat(shown.status()).as(r.mark()).isEqualTo(ActivityRunStatus.SUCCEEDED);
                    } else {
                        assertThat(given(r))
                                .as(
                                        "the outcome %s of %s is lost",
                                        r.mark(), r.job().job())
                                .isTrue();
                    }
                });
    }

    /// Whether the attempt had been given up before its report came: its time was up, or its run was cancelled.
    private boolean given(Report report) {
        return store.runs().activityRuns(FACTORY, report.job().runId(), everything(), 5_000).value().stream()
                .filter(a -> a.activityRunId()
                        .equals(report.job().spec().path("activityRunId").asString("")))
                .anyMatch(a -> a.status() == ActivityRunStatus.CANCELLED
                        || a.error().details().stream().anyMatch(d -> d.code().equals("ActivityTimedOut")));
    }

    /// A call that waited ended as the called run did.
    private static void called(ActivityRun activity, Map<String, PipelineRun> byId) {
        if (!activity.activityType().equals("ExecutePipeline")
                || activity.output().isEmpty()) {
            return;
        }
        PipelineRun child = byId.get(activity.output().path("pipelineRunId").asString(""));
        assertThat(child).as("the run called by %s", activity.toJson()).isNotNull();
        assertThat(child.invokedBy().pipelineRunId()).isEqualTo(activity.pipelineRunId());
        boolean waited = activity.input().path("waitOnCompletion").asBoolean(false);
        if (waited && activity.status() == ActivityRunStatus.SUCCEEDED) {
            assertThat(child.status().word()).isEqualTo("Succeeded");
        }
        if (waited
                && activity.status() == ActivityRunStatus.FAILED
                && activity.error().errorCode().equals("BadRequest")) {
            assertThat(child.status().word()).isIn("Failed", "Cancelled");
        }
    }

    private void say(String what) {
        trace.append(what).append('\n');
    }
}
