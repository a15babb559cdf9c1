package dev.sluice.local;

import dev.sluice.model.Pipeline;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunStatus;
import dev.sluice.service.run.Callback;
import dev.sluice.service.run.Command;
import dev.sluice.service.run.Decider;
import dev.sluice.service.run.Decision;
import dev.sluice.service.run.Definitions;
import dev.sluice.service.run.Event;
import dev.sluice.service.run.Letter;
import dev.sluice.service.run.Moment;
import dev.sluice.service.run.RunState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/// One run from its first decision to its last, with every run that it calls: takes an event, has it decided, carries
/// the commands out. One thread decides; jobs run beside it on threads of their own, at most [#MAX_JOBS] at once.
final class LocalRun implements AutoCloseable {
    /// Jobs at once: a copy keeps about one core busy on each of its two sides.
    static final int MAX_JOBS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final Definitions definitions;
    private final Jobs jobs;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final BlockingQueue<Mail> mail = new LinkedBlockingQueue<>();
    private final ExecutorService workers = Executors.newFixedThreadPool(
            MAX_JOBS, Thread.ofPlatform().name("job-", 0).daemon().factory());
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("timers").daemon().factory());
    private final Map<String, ScheduledFuture<?>> pending = new HashMap<>();
    /// Runs that have not ended, in the order they were made.
    private final Map<String, RunState> open = new LinkedHashMap<>();
    private final Map<String, PipelineRun> records = new LinkedHashMap<>();
    /// By run and attempt.
    private final Map<String, Map<String, ActivityRun>> attempts = new HashMap<>();
    private final CallbackDoor door = new CallbackDoor();
    private final Map<String, Progress> progress = new ConcurrentHashMap<>();
    private String first = "";

    /// An event and the run that it is for.
    private record Mail(String runId, Event event) {}

    /// What there is to see of a run.
    ///
    /// @param activities the attempts so far, in order of their start
    record Run(PipelineRun run, List<ActivityRun> activities) {
        Run {
            activities = List.copyOf(activities);
        }
    }

    /// How far an activity is.
    ///
    /// @param started when its current attempt began, nanoTime
    /// @param forecast how much is done and how long the rest will take; empty when the source does not tell
    record Progress(String activity, String phase, long rows, long bytes, long started, String forecast) {}

    LocalRun(Definitions definitions, Jobs jobs, InstantSource clock, RandomGenerator random) {
        this.definitions = definitions;
        this.jobs = jobs;
        this.clock = clock;
        this.random = random;
    }

    /// Runs to the end, that of every run it called included.
    ///
    /// @param admitted what admitting the run decided
    PipelineRun execute(Decision admitted) throws InterruptedException {
        synchronized (this) {
            first = admitted.state().identity().runId();
        }
        make(admitted);
        while (!open.isEmpty()) {
            Mail next = mail.take();
            RunState state = open.get(next.runId());
            if (state != null && mayHave(state, next.event())) {
                apply(Decider.decide(state, next.event(), definitions));
            }
        }
        return runs().getFirst().run();
    }

    /// Asks for the end; [#execute] returns once the jobs have stopped.
    synchronized void cancel(String by) {
        mail.add(new Mail(first, new Event.CancelRequested(moment(), by, true)));
    }

    /// The run and those that it called, in the order they were made.
    synchronized List<Run> runs() {
        return records.values().stream()
                .map(run -> new Run(
                        run,
                        List.copyOf(attempts.getOrDefault(run.runId(), Map.of()).values())))
                .toList();
    }

    /// Counters of the jobs that are running.
    List<Progress> progress() {
        return List.copyOf(progress.values());
    }

    private void make(Decision admitted) {
        apply(admitted);
        send(admitted.state().identity().runId(), new Letter.Begin());
    }

    /// A run whose pipeline's concurrency is used up does not begin; it is asked again when another one ends.
    private boolean mayHave(RunState state, Event event) {
        if (!(event instanceof Event.RunRequested)) {
            return true;
        }
        var limit = Pipeline.of(state.pipeline()).concurrency();
        return limit.isEmpty()
                || open.values().stream()
                                .filter(other -> same(other, state) && other.status() != RunStatus.QUEUED)
                                .count()
                        < limit.getAsInt();
    }

    private static boolean same(RunState one, RunState other) {
        return one.pipeline().name().equalsIgnoreCase(other.pipeline().name());
    }

    private void apply(Decision decision) {
        RunState state = decision.state();
        String runId = state.identity().runId();
        open.put(runId, state);
        decision.commands().forEach(command -> carryOut(runId, command));
        if (state.status().ended()) {
            open.remove(runId);
            open.values().stream()
                    .filter(other -> same(other, state) && other.status() == RunStatus.QUEUED)
                    .findFirst()
                    .ifPresent(next -> send(next.identity().runId(), new Letter.Begin()));
        }
    }

    private void carryOut(String runId, Command command) {
        switch (command) {
            case Command.StartJob start -> workers.execute(() -> run(runId, start));
            case Command.CancelJob cancel -> jobs.cancel(id(runId, cancel.activity(), cancel.attempt()));
            case Command.SetTimer timer -> set(runId, timer);
            case Command.ClearTimer timer -> clear(runId + timer.name());
            case Command.RecordActivity activity -> remember(runId, activity.run());
            case Command.RecordRun run -> remember(runId, run.run());
            case Command.StartRun called -> make(called.admitted());
            case Command.Send letter -> send(letter.runId(), letter.letter());
            case Command.SendToChildren letter ->
                open.values().stream()
                        .filter(state -> state.identity().parent() != null
                                && state.identity().parent().runId().equals(runId))
                        .forEach(child -> send(child.identity().runId(), letter.letter()));
        }
    }

    private void send(String runId, Letter letter) {
        mail.add(new Mail(runId, letter.event(moment())));
    }

    private void run(String runId, Command.StartJob start) {
        mail.add(new Mail(runId, new Event.JobStarted(moment(), start.activity(), start.attempt(), "local")));
        String id = id(runId, start.activity(), start.attempt());
        long began = System.nanoTime();
        JobOutcome outcome = jobs.run(
                id,
                addressed(runId, start),
                start.timeout(),
                now -> progress.put(
                        id,
                        new Progress(
                                start.activity(),
                                now.phase(),
                                now.rowsWritten(),
                                now.bytesWritten(),
                                began,
                                now.forecast())));
        progress.remove(id);
        mail.add(new Mail(runId, new Event.JobEnded(moment(), start.activity(), start.attempt(), outcome)));
    }

    /// A job of a WebHook tells the service that it asks where to call back.
    private JobSpec addressed(String runId, Command.StartJob start) {
        JobSpec spec = start.spec();
        if (!spec.kind().equals("WebHook")) {
            return spec;
        }
        boolean reports = Place.root(spec.activity())
                .member("typeProperties")
                .member("reportStatusOnCallBack")
                .flag()
                .orElse(false);
        ObjectNode activity = spec.activity().deepCopy();
        activity.put("callBackUri", door.address(reports, callback -> calledBack(runId, start, callback)));
        return spec.with(activity);
    }

    private Optional<String> calledBack(String runId, Command.StartJob start, Callback callback) {
        ActivityRunStatus status = status(runId, start.spec().activityRunId());
        if (status != ActivityRunStatus.QUEUED && status != ActivityRunStatus.IN_PROGRESS) {
            return Optional.of("the activity has ended as " + status.word());
        }
        mail.add(new Mail(runId, new Event.CalledBack(moment(), start.activity(), start.attempt(), callback)));
        return Optional.empty();
    }

    private synchronized ActivityRunStatus status(String runId, String attempt) {
        return Objects.requireNonNull(attempts.getOrDefault(runId, Map.of()).get(attempt))
                .status();
    }

    private synchronized void remember(String runId, PipelineRun run) {
        records.put(runId, run);
    }

    private synchronized void remember(String runId, ActivityRun attempt) {
        attempts.computeIfAbsent(runId, id -> new LinkedHashMap<>()).put(attempt.activityRunId(), attempt);
    }

    private void set(String runId, Command.SetTimer timer) {
        String key = runId + timer.name();
        clear(key);
        long delay = Math.max(0, Duration.between(clock.instant(), timer.at()).toMillis());
        pending.put(
                key,
                timers.schedule(
                        () -> mail.add(new Mail(runId, new Event.TimerFired(moment(), timer.name()))),
                        delay,
                        TimeUnit.MILLISECONDS));
    }

    private void clear(String key) {
        ScheduledFuture<?> timer = pending.remove(key);
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private static String id(String runId, String activity, int attempt) {
        return runId + "/" + activity + "#" + attempt;
    }

    private Moment moment() {
        return new Moment(clock.instant(), random.nextLong());
    }

    @Override
    public void close() {
        timers.shutdownNow();
        workers.shutdownNow();
        door.close();
    }
}
