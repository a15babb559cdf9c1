package dev.sluice.local;

import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.service.run.Command;
import dev.sluice.service.run.Decider;
import dev.sluice.service.run.Decision;
import dev.sluice.service.run.Definitions;
import dev.sluice.service.run.Event;
import dev.sluice.service.run.Moment;
import dev.sluice.service.run.RunState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One run from its first decision to its last: takes an event, has it decided, carries the commands out. One thread
/// decides; jobs run beside it on threads of their own, at most [#MAX_JOBS] at once.
final class LocalRun implements AutoCloseable {
    /// Jobs at once: a copy keeps about one core busy on each of its two sides.
    static final int MAX_JOBS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final Definitions definitions;
    private final Jobs jobs;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final ExecutorService workers = Executors.newFixedThreadPool(
            MAX_JOBS, Thread.ofPlatform().name("job-", 0).daemon().factory());
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("timers").daemon().factory());
    private final Map<String, ScheduledFuture<?>> pending = new HashMap<>();
    private final Map<String, ActivityRun> activities = new LinkedHashMap<>();
    private final Map<String, Progress> progress = new ConcurrentHashMap<>();
    private @Nullable PipelineRun record;

    /// How far an activity is.
    ///
    /// @param started when its current attempt began, nanoTime
    record Progress(String activity, String phase, long rows, long bytes, long started) {}

    LocalRun(Definitions definitions, Jobs jobs, InstantSource clock, RandomGenerator random) {
        this.definitions = definitions;
        this.jobs = jobs;
        this.clock = clock;
        this.random = random;
    }

    /// Runs to the end.
    ///
    /// @param admitted what admitting the run decided
    PipelineRun execute(Decision admitted) throws InterruptedException {
        RunState state = apply(admitted);
        events.add(new Event.RunRequested(moment()));
        while (true) {
            PipelineRun now = record;
            if (now != null && now.status().ended()) {
                return now;
            }
            state = apply(Decider.decide(state, events.take(), definitions));
        }
    }

    /// Asks for the end; [#execute] returns once the jobs have stopped.
    void cancel(String by) {
        events.add(new Event.CancelRequested(moment(), by));
    }

    /// The attempts so far, in order of their start.
    synchronized List<ActivityRun> activities() {
        return List.copyOf(activities.values());
    }

    /// Counters of the jobs that are running.
    List<Progress> progress() {
        return List.copyOf(progress.values());
    }

    private RunState apply(Decision decision) {
        decision.commands().forEach(this::carryOut);
        return decision.state();
    }

    private void carryOut(Command command) {
        switch (command) {
            case Command.StartJob start -> workers.execute(() -> run(start));
            case Command.CancelJob cancel -> jobs.cancel(id(cancel.activity(), cancel.attempt()));
            case Command.SetTimer timer -> set(timer);
            case Command.ClearTimer timer -> clear(timer.name());
            case Command.RecordActivity activity -> remember(activity.run());
            case Command.RecordRun run -> record = run.run();
        }
    }

    private void run(Command.StartJob start) {
        events.add(new Event.JobStarted(moment(), start.activity(), start.attempt(), "local"));
        long began = System.nanoTime();
        JobOutcome outcome = jobs.run(
                id(start.activity(), start.attempt()),
                start.spec(),
                start.timeout(),
                (phase, rowsRead, rowsWritten, bytesRead, bytesWritten) -> progress.put(
                        start.activity(), new Progress(start.activity(), phase, rowsWritten, bytesWritten, began)));
        progress.remove(start.activity());
        events.add(new Event.JobEnded(moment(), start.activity(), start.attempt(), outcome));
    }

    private synchronized void remember(ActivityRun run) {
        activities.put(run.activityRunId(), run);
    }

    private void set(Command.SetTimer timer) {
        clear(timer.name());
        long delay = Math.max(0, Duration.between(clock.instant(), timer.at()).toMillis());
        pending.put(
                timer.name(),
                timers.schedule(
                        () -> events.add(new Event.TimerFired(moment(), timer.name())), delay, TimeUnit.MILLISECONDS));
    }

    private void clear(String name) {
        ScheduledFuture<?> timer = pending.remove(name);
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private static String id(String activity, int attempt) {
        return activity + "#" + attempt;
    }

    private Moment moment() {
        return new Moment(clock.instant(), random.nextLong());
    }

    @Override
    public void close() {
        timers.shutdownNow();
        workers.shutdownNow();
    }
}
