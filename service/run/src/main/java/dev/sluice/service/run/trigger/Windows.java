package dev.sluice.service.run.trigger;

import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.model.Json;
import dev.sluice.model.run.RunStatus;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.model.run.TriggerRunStatus;
import dev.sluice.model.run.TriggerWindow;
import dev.sluice.model.trigger.TumblingWindowTrigger;
import dev.sluice.model.trigger.TumblingWindowTrigger.Dependency;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Decides about the windows of one tumbling window trigger: which have ended, whose turn it is, which wait and for
/// what, oldest first. One instance per decision; for one thread.
///
/// Windows become rows when their turn comes, at most [#OPEN] at a time, so that a trigger with years to make up for
/// needs no more room than any other.
public final class Windows {
    /// Most windows of a trigger that have not ended.
    public static final int OPEN = 100;

    /// How long a window waits for others, as in Data Factory.
    public static final Duration PATIENCE = Duration.ofDays(7);

    /// What is known of other triggers, and of this one's windows that have ended.
    public interface Others {
        /// The trigger of that name; null when there is none, or it has no windows.
        @Nullable
        TumblingWindowTrigger trigger(String name);

        /// The windows of a trigger that have a part in `from` to `to`, by time.
        List<TriggerWindow> windows(String name, Instant from, Instant to);
    }

    /// What follows.
    ///
    /// @param changed windows to be written, by time
    /// @param starting those among them whose pipeline run is to be started
    /// @param nextStart where the next window to be opened begins
    /// @param due when to look again if nothing happens; null for never
    /// @param succeeded whether a window has newly succeeded, for which others may wait
    public record Decision(
            List<TriggerWindow> changed,
            List<TriggerWindow> starting,
            Instant nextStart,
            @Nullable Instant due,
            boolean succeeded) {
        public Decision {
            changed = List.copyOf(changed);
            starting = List.copyOf(starting);
        }
    }

    private final String name;
    private final TumblingWindowTrigger trigger;
    private final Others others;
    private final Instant now;
    private final Supplier<String> ids;
    private final NavigableMap<Instant, TriggerWindow> windows = new TreeMap<>();
    private final Map<Instant, TriggerWindow> changed = new LinkedHashMap<>();
    private final List<TriggerWindow> starting = new ArrayList<>();
    private boolean succeeded;

    /// @param open the windows that have not ended
    /// @param ids gives ids for new runs
    public Windows(
            String name,
            TumblingWindowTrigger trigger,
            List<TriggerWindow> open,
            Others others,
            Instant now,
            Supplier<String> ids) {
        this.name = name;
        this.trigger = trigger;
        this.others = others;
        this.now = now;
        this.ids = ids;
        open.forEach(w -> windows.put(w.start(), w));
    }

    /// Decides.
    ///
    /// @param started whether windows may be opened and begun; otherwise only what has ended is seen to
    /// @param nextStart where the next window to be opened begins
    /// @param ended runs that have ended, by id
    public Decision decide(boolean started, Instant nextStart, Map<String, RunStatus> ended) {
        for (TriggerWindow window : List.copyOf(windows.values())) {
            if (window.status() == TriggerRunStatus.IN_PROGRESS && ended.containsKey(window.pipelineRunId())) {
                settle(window, ended.get(window.pipelineRunId()));
            }
        }
        Instant next = nextStart;
        if (started) {
            next = open(nextStart);
            begin();
        }
        return new Decision(
                changed.values().stream()
                        .sorted(java.util.Comparator.comparing(TriggerWindow::start))
                        .toList(),
                starting,
                next,
                started ? due(next) : null,
                succeeded);
    }

    private void settle(TriggerWindow window, @Nullable RunStatus how) {
        if (how == RunStatus.SUCCEEDED) {
            succeeded = true;
            put(with(window, window.run().with(TriggerRunStatus.SUCCEEDED, "", now)));
        } else if (how == RunStatus.CANCELLED) {
            put(with(window, window.run().with(TriggerRunStatus.CANCELLED, "", now)));
        } else if (window.attempt() <= trigger.retries()) {
            TriggerRun run = window.run().with(TriggerRunStatus.WAITING, "", now);
            put(new TriggerWindow(
                    window.start(),
                    window.end(),
                    run,
                    window.pipelineRunId(),
                    window.attempt(),
                    now,
                    now.plus(trigger.retryInterval())));
        } else {
            String message = "Pipeline run " + window.pipelineRunId() + " failed.";
            put(with(window, window.run().with(TriggerRunStatus.FAILED, message, now)));
        }
    }

    // ---- whose turn it is

    private Instant open(Instant first) {
        Instant next = first;
        while (openCount() < OPEN && isDue(next)) {
            Instant end = trigger.end(next);
            put(opened(next));
            next = end;
        }
        return next;
    }

    private boolean isDue(Instant start) {
        Instant end = trigger.end(start);
        return !isOver(end) && !now.isBefore(end.plus(trigger.delay()));
    }

    private boolean isOver(Instant end) {
        return trigger.endTime() != null && end.isAfter(trigger.endTime());
    }

    /// A window whose turn has come (again).
    private TriggerWindow fresh(Instant start, Instant end, String runId, String groupId, Instant since) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("TriggerTime", Timestamps.format(since));
        properties.put("windowStartTime", Timestamps.format(start));
        properties.put("windowEndTime", Timestamps.format(end));
        TriggerRun run = new TriggerRun(
                runId,
                groupId,
                true,
                name,
                trigger.type(),
                since,
                since,
                TriggerRunStatus.WAITING,
                "",
                properties,
                Map.of(),
                Json.object());
        return new TriggerWindow(start, end, run, null, 0, since, null);
    }

    /// The window again, from the start, as a new trigger run of the same group.
    ///
    /// @param marks further properties of the run
    public TriggerWindow again(TriggerWindow window, Map<String, String> marks) {
        TriggerWindow fresh =
                fresh(window.start(), window.end(), ids.get(), window.run().groupId(), now);
        Map<String, String> properties = new LinkedHashMap<>(fresh.run().properties());
        properties.putAll(marks);
        return with(fresh, fresh.run().with(properties));
    }

    /// The window that begins there, whose turn has come.
    public TriggerWindow opened(Instant start) {
        String id = ids.get();
        return fresh(start, trigger.end(start), id, id, now);
    }

    /// Whether the trigger has a window that begins there, now or later.
    public boolean exists(Instant start) {
        return !isOver(trigger.end(start));
    }

    private long openCount() {
        return windows.values().stream().filter(w -> !w.status().ended()).count();
    }

    private void begin() {
        long running = windows.values().stream()
                .filter(w -> w.status() == TriggerRunStatus.IN_PROGRESS)
                .count();
        for (TriggerWindow window : List.copyOf(windows.values())) {
            boolean waits = window.status() == TriggerRunStatus.WAITING
                    || window.status() == TriggerRunStatus.WAITING_ON_DEPENDENCY;
            if (waits && mayBegin(window) && running < trigger.maxConcurrency()) {
                begin(window);
                running++;
            }
        }
    }

    /// Whether all that the window depends on is done; otherwise it waits, or has waited too long.
    private boolean mayBegin(TriggerWindow window) {
        ObjectNode status = Json.object();
        boolean done = true;
        for (Dependency dependency : trigger.dependencies()) {
            boolean own = isDone(window, dependency);
            String on = dependency.trigger() == null ? name : dependency.trigger();
            status.putObject(on).put("status", own ? "Succeeded" : "Waiting");
            done &= own;
        }
        if (done) {
            if (window.status() == TriggerRunStatus.WAITING_ON_DEPENDENCY) {
                put(with(window, waiting(window, TriggerRunStatus.WAITING, "", status)));
            }
            return window.notBefore() == null || !now.isBefore(window.notBefore());
        }
        if (now.isBefore(window.since().plus(PATIENCE))) {
            TriggerRun run = waiting(window, TriggerRunStatus.WAITING_ON_DEPENDENCY, "", status);
            if (!run.equals(window.run())) {
                put(with(window, run));
            }
        } else {
            String why = TriggerFaults.DEPENDENCY_TIMEOUT
                    .problem()
                    .evidence("days", PATIENCE.toDays())
                    .build()
                    .message();
            put(with(window, waiting(window, TriggerRunStatus.FAILED, why, status)));
        }
        return false;
    }

    private TriggerRun waiting(TriggerWindow window, TriggerRunStatus status, String why, ObjectNode dependencies) {
        TriggerRun run = window.run();
        boolean same = run.status() == status && run.dependencyStatus().equals(dependencies);
        return new TriggerRun(
                run.triggerRunId(),
                run.groupId(),
                run.latest(),
                run.triggerName(),
                run.triggerType(),
                run.firedAt(),
                same ? run.lastUpdated() : now,
                status,
                why,
                run.properties(),
                run.triggeredPipelines(),
                dependencies);
    }

    private void begin(TriggerWindow before) {
        TriggerWindow window = windows.getOrDefault(before.start(), before);
        String pipelineRun = ids.get();
        TriggerRun run = window.run();
        Map<String, String> pipelines = new LinkedHashMap<>();
        trigger.pipelines().forEach(p -> pipelines.put(p.name(), pipelineRun));
        TriggerWindow begun = new TriggerWindow(
                window.start(),
                window.end(),
                new TriggerRun(
                        run.triggerRunId(),
                        run.groupId(),
                        run.latest(),
                        run.triggerName(),
                        run.triggerType(),
                        run.firedAt(),
                        now,
                        TriggerRunStatus.IN_PROGRESS,
                        "",
                        run.properties(),
                        pipelines,
                        run.dependencyStatus()),
                pipelineRun,
                window.attempt() + 1,
                window.since(),
                null);
        put(begun);
        starting.add(begun);
    }

    // ---- dependencies

    private boolean isDone(TriggerWindow window, Dependency dependency) {
        Duration size = dependency.size() != null ? dependency.size() : Duration.between(window.start(), window.end());
        Instant from = window.start().plus(dependency.offset());
        Instant to = from.plus(size);
        if (dependency.trigger() == null) {
            return covered(trigger, name, from, to);
        }
        TumblingWindowTrigger other = others.trigger(dependency.trigger());
        return other != null && covered(other, dependency.trigger(), from, to);
    }

    /// Whether windows that have succeeded cover the time without gaps, as far as the trigger has windows at all.
    private boolean covered(TumblingWindowTrigger other, String of, Instant from, Instant to) {
        Instant open = other.begin(from.isBefore(other.startTime()) ? other.startTime() : from);
        NavigableMap<Instant, TriggerWindow> known = new TreeMap<>();
        if (open.isBefore(to)) {
            others.windows(of, open, to).forEach(w -> known.put(w.start(), w));
            if (of.equalsIgnoreCase(name)) {
                windows.values().stream()
                        .filter(w -> w.end().isAfter(from) && w.start().isBefore(to))
                        .forEach(w -> known.put(w.start(), w));
            }
        }
        for (TriggerWindow window : known.values()) {
            if (window.start().isAfter(open) || window.status() != TriggerRunStatus.SUCCEEDED) {
                return false;
            }
            open = window.end();
        }
        boolean past = other.endTime() != null && other.end(open).isAfter(other.endTime());
        return !open.isBefore(to) || past;
    }

    // ---- when to look again

    private @Nullable Instant due(Instant next) {
        Instant due = null;
        Instant end = trigger.end(next);
        if (openCount() < OPEN && !isOver(end)) {
            due = end.plus(trigger.delay());
        }
        for (TriggerWindow window : windows.values()) {
            Instant notBefore = window.notBefore();
            if (window.status() == TriggerRunStatus.WAITING && notBefore != null && notBefore.isAfter(now)) {
                due = earlier(due, notBefore);
            } else if (window.status() == TriggerRunStatus.WAITING_ON_DEPENDENCY) {
                due = earlier(due, window.since().plus(PATIENCE));
            }
        }
        return due != null && due.isBefore(now) ? now.plusMillis(500) : due;
    }

    private static Instant earlier(@Nullable Instant a, Instant b) {
        return a == null || b.isBefore(a) ? b : a;
    }

    private void put(TriggerWindow window) {
        windows.put(window.start(), window);
        changed.put(window.start(), window);
    }

    private static TriggerWindow with(TriggerWindow window, TriggerRun run) {
        return new TriggerWindow(
                window.start(),
                window.end(),
                run,
                window.pipelineRunId(),
                window.attempt(),
                window.since(),
                window.notBefore());
    }

    /// The names, in any case, of all that a trigger waits for, itself not counted.
    public static Set<String> upstream(TumblingWindowTrigger trigger) {
        return Set.copyOf(trigger.dependencies().stream()
                .map(Dependency::trigger)
                .filter(java.util.Objects::nonNull)
                .distinct()
                .toList());
    }
}
