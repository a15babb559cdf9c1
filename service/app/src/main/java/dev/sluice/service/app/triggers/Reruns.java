package dev.sluice.service.app.triggers;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.model.run.TriggerRunStatus;
import dev.sluice.model.run.TriggerWindow;
import dev.sluice.model.trigger.RerunTumblingWindowTrigger;
import dev.sluice.model.trigger.TumblingWindowTrigger;
import dev.sluice.service.app.triggers.Ledger.Loaded;
import dev.sluice.service.run.trigger.Windows;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.TriggerTransition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/// What people do with runs and windows of triggers that are behind them: run them again, cancel, skip and repair them,
/// one by one or a span of time. Thread-safe.
final class Reruns {
    /// Most windows that one call skips or repairs.
    static final int MOST_WINDOWS = 1_000;

    private static final String GENERATION = "generation";

    /// Marks a window's run as asked for by a trigger that reruns windows: by which, and since which start of it.
    private static final String RERUN_BY = "RerunTrigger";

    private static final String RERUN_GENERATION = "RerunId";

    /// How soon a trigger that reruns windows looks whether some have ended.
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

    private static final int BATCH = 200;

    private final Store store;
    private final Ledger ledger;
    private final Departures departures;
    private final Function<Loaded, Windows.Others> others;
    private final InstantSource clock;

    Reruns(
            Store store,
            Ledger ledger,
            Departures departures,
            Function<Loaded, Windows.Others> others,
            InstantSource clock) {
        this.store = store;
        this.ledger = ledger;
        this.departures = departures;
        this.others = others;
        this.clock = clock;
    }

    // ---- one run

    /// Runs a firing again: a window from its dependencies on, any other with what it was fired with.
    void rerun(String factory, String name, String triggerRunId) {
        Ledger.persist(name, () -> {
            Loaded loaded = ledger.require(factory, name);
            TriggerTransition.Record old = requireRun(loaded, triggerRunId);
            if (!old.run().latest() || !old.run().status().ended()) {
                String detail = old.run().latest()
                        ? "it is " + old.run().status().word() + "."
                        : "it has been run again already.";
                throw TriggerFaults.RUN_NOT_RERUNNABLE.with("run", triggerRunId, "detail", detail);
            }
            Instant now = clock.instant();
            if (loaded.trigger() instanceof TumblingWindowTrigger trigger) {
                return rerunWindow(loaded, trigger, triggerRunId, now);
            }
            return rerunFiring(loaded, superseded(old, now), now);
        });
    }

    private static TriggerTransition.Record superseded(TriggerTransition.Record old, Instant now) {
        return new TriggerTransition.Record(old.run().superseded(now), old.context());
    }

    private boolean rerunWindow(Loaded loaded, TumblingWindowTrigger trigger, String id, Instant now) {
        TriggerWindow window = store.triggers()
                .windowOf(loaded.factory(), loaded.name(), id)
                .orElseThrow(() -> TriggerFaults.RUN_NOT_RERUNNABLE.with(
                        "run", id, "detail", "its window is gone with the trigger it belonged to."));
        if (!loaded.started()) {
            throw TriggerFaults.RUN_NOT_RERUNNABLE.with("run", id, "detail", "the trigger is stopped.");
        }
        Draft draft = Ledger.draft(loaded, true, loaded.next().orElse(null), now, now);
        again(loaded, trigger, List.of(window), Map.of(), draft, now);
        return ledger.apply(draft.build());
    }

    /// Adds new runs of windows that have ended.
    private void again(
            Loaded loaded,
            TumblingWindowTrigger trigger,
            List<TriggerWindow> windows,
            Map<String, String> marks,
            Draft draft,
            Instant now) {
        Windows rules = rules(loaded, trigger, now);
        for (TriggerWindow window : windows) {
            requireOld(loaded, window).ifPresent(old -> draft.records.add(superseded(old, now)));
            draft.windows.add(rules.again(window, marks));
        }
    }

    private Optional<TriggerTransition.Record> requireOld(Loaded loaded, TriggerWindow window) {
        return store.triggers().run(loaded.factory(), window.run().triggerRunId());
    }

    private Windows rules(Loaded loaded, TumblingWindowTrigger trigger, Instant now) {
        return new Windows(loaded.name(), trigger, List.of(), others.apply(loaded), now, departures::newId);
    }

    private boolean rerunFiring(Loaded loaded, TriggerTransition.Record old, Instant now) {
        Map<String, String> properties = new LinkedHashMap<>(old.run().properties());
        properties.put("TriggerTime", Timestamps.format(now));
        ObjectNode context = old.context().deepCopy();
        context.put("startTime", Timestamps.format(now));
        // A rerun is for itself: whoever asks twice gets it once, because the old run is then not the newest.
        Departures.Firing firing = new Departures.Firing(
                "rerun of " + old.run().triggerRunId(),
                context,
                properties,
                now,
                old.run().groupId());
        Draft draft = untouched(loaded, now);
        draft.records.add(old);
        return departures.fire(loaded.document(), loaded.trigger(), List.of(firing), fires -> {
            draft.fires.addAll(fires);
            return ledger.apply(draft.build());
        });
    }

    /// A step that changes nothing of where the trigger stands; it looks again at once.
    private static Draft untouched(Loaded loaded, Instant now) {
        return Ledger.draft(loaded, loaded.started(), loaded.next().orElse(null), loaded.started() ? now : null, now);
    }

    /// Cancels a window that has not ended.
    ///
    /// @param by who, for people
    void cancel(String factory, String name, String triggerRunId, String by) {
        Ledger.persist(name, () -> {
            Loaded loaded = ledger.require(factory, name);
            TriggerTransition.Record record = requireRun(loaded, triggerRunId);
            Optional<TriggerWindow> found = store.triggers().windowOf(loaded.factory(), loaded.name(), triggerRunId);
            if (found.isEmpty() || record.run().status().ended()) {
                throw TriggerFaults.RUN_NOT_CANCELLABLE.with(
                        "run", triggerRunId, "status", record.run().status().word());
            }
            TriggerWindow window = found.get();
            String run = window.pipelineRunId();
            if (window.status() == TriggerRunStatus.IN_PROGRESS
                    && run != null
                    && !store.runs().hasEnded(run)) {
                departures.cancel(run, by);
                return true;
            }
            // Also when its run has just failed: otherwise it would be tried again all the same.
            Instant now = clock.instant();
            Draft draft = untouched(loaded, now);
            draft.windows.add(ended(window, TriggerRunStatus.CANCELLED, "Cancelled by " + by + ".", now));
            return ledger.apply(draft.build());
        });
    }

    private static TriggerWindow ended(TriggerWindow window, TriggerRunStatus how, String why, Instant now) {
        return new TriggerWindow(
                window.start(),
                window.end(),
                window.run().with(how, why, now),
                window.pipelineRunId(),
                window.attempt(),
                window.since(),
                null);
    }

    private TriggerTransition.Record requireRun(Loaded loaded, String id) {
        return store.triggers()
                .run(loaded.factory(), id)
                .filter(r -> r.run().triggerName().equalsIgnoreCase(loaded.name()))
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "trigger run", "name", id));
    }

    // ---- spans of windows

    /// A span of time; windows that begin in it are meant.
    record Span(Instant from, Instant to) {
        boolean holds(Instant start) {
            return !start.isBefore(from) && start.isBefore(to);
        }
    }

    /// Lets windows count as succeeded without running anything: those that wait, failed or were cancelled, and those
    /// whose turn has not come, as far as they follow on the last one.
    ///
    /// @return how many
    int skip(String factory, String name, Span span, String by) {
        int[] skipped = new int[1];
        Ledger.persist(name, () -> {
            Loaded loaded = ledger.require(factory, name);
            TumblingWindowTrigger trigger = windows(loaded);
            Instant now = clock.instant();
            String why = "Skipped by " + by + ".";
            List<TriggerWindow> changed = new ArrayList<>();
            for (TriggerWindow window : known(loaded, span, "skipped")) {
                boolean running = window.status() == TriggerRunStatus.IN_PROGRESS;
                if (running) {
                    throw invalid(
                            loaded,
                            span,
                            "skipped",
                            "the one from " + Timestamps.format(window.start()) + " is running; cancel it first.");
                }
                if (window.status() != TriggerRunStatus.SUCCEEDED) {
                    changed.add(ended(window, TriggerRunStatus.SUCCEEDED, why, now));
                }
            }
            Instant next = loaded.next().orElse(trigger.startTime());
            Windows rules = rules(loaded, trigger, now);
            while (span.holds(next) && rules.exists(next)) {
                TriggerWindow fresh = rules.opened(next);
                changed.add(ended(fresh, TriggerRunStatus.SUCCEEDED, why, now));
                next = fresh.end();
                limit(loaded, span, changed.size(), "skipped");
            }
            Draft draft = Ledger.draft(loaded, loaded.started(), next, loaded.started() ? now : null, now);
            draft.windows.addAll(changed);
            draft.tellDependents = !changed.isEmpty();
            skipped[0] = changed.size();
            return ledger.apply(draft.build());
        });
        return skipped[0];
    }

    /// Makes a span whole: windows that failed or were cancelled run again, and such as were never opened, because the
    /// trigger began later then, are.
    ///
    /// @return how many
    int repair(String factory, String name, Span span) {
        int[] repaired = new int[1];
        Ledger.persist(name, () -> {
            Loaded loaded = ledger.require(factory, name);
            TumblingWindowTrigger trigger = windows(loaded);
            if (!loaded.started()) {
                throw invalid(loaded, span, "repaired", "the trigger is stopped.");
            }
            Instant now = clock.instant();
            Draft draft = untouched(loaded, now);
            List<TriggerWindow> known = known(loaded, span, "repaired");
            List<TriggerWindow> broken = known.stream()
                    .filter(w -> w.status() == TriggerRunStatus.FAILED || w.status() == TriggerRunStatus.CANCELLED)
                    .toList();
            again(loaded, trigger, broken, Map.of(), draft, now);
            draft.windows.addAll(missing(loaded, trigger, span, known, now));
            repaired[0] = draft.windows.size();
            return ledger.apply(draft.build());
        });
        return repaired[0];
    }

    private List<TriggerWindow> missing(
            Loaded loaded, TumblingWindowTrigger trigger, Span span, List<TriggerWindow> known, Instant now) {
        Set<Instant> starts = new HashSet<>();
        known.forEach(w -> starts.add(w.start()));
        Windows rules = rules(loaded, trigger, now);
        List<TriggerWindow> missing = new ArrayList<>();
        Instant next = loaded.next().orElse(trigger.startTime());
        Instant begin = trigger.startTime().isBefore(span.from()) ? trigger.begin(span.from()) : trigger.startTime();
        for (Instant start = begin; start.isBefore(next) && start.isBefore(span.to()); start = trigger.end(start)) {
            if (span.holds(start) && !starts.contains(start)) {
                missing.add(rules.opened(start));
                limit(loaded, span, missing.size(), "repaired");
            }
        }
        return missing;
    }

    private static TumblingWindowTrigger windows(Loaded loaded) {
        if (loaded.trigger() instanceof TumblingWindowTrigger windows) {
            return windows;
        }
        throw TriggerFaults.NOT_LISTENING.with(
                "trigger",
                loaded.name(),
                "detail",
                "it is a " + loaded.trigger().type() + " and has no windows.");
    }

    private List<TriggerWindow> known(Loaded loaded, Span span, String action) {
        List<TriggerWindow> known =
                store
                        .triggers()
                        .windows(loaded.factory(), loaded.name(), span.from(), span.to(), MOST_WINDOWS + 2)
                        .stream()
                        .filter(w -> span.holds(w.start()))
                        .toList();
        limit(loaded, span, known.size(), action);
        return known;
    }

    private static void limit(Loaded loaded, Span span, int count, String action) {
        if (count > MOST_WINDOWS) {
            throw invalid(loaded, span, action, "they are more than " + MOST_WINDOWS + ".");
        }
    }

    private static RuntimeException invalid(Loaded loaded, Span span, String action, String detail) {
        return TriggerFaults.WINDOW_RANGE_INVALID.with(
                "trigger",
                loaded.name(),
                "from",
                Timestamps.format(span.from()),
                "to",
                Timestamps.format(span.to()),
                "action",
                action,
                "detail",
                detail);
    }

    // ---- triggers that rerun windows

    /// Refuses one whose parent has no windows that could run.
    void check(Loaded loaded, RerunTumblingWindowTrigger rerun) {
        Optional<Loaded> parent = ledger.load(loaded.factory(), rerun.parent());
        String detail = parent.isEmpty()
                ? "there is no such trigger."
                : !(parent.get().trigger() instanceof TumblingWindowTrigger)
                        ? "it is a " + parent.get().trigger().type() + "."
                        : parent.get().started() ? "" : "it is stopped.";
        if (!detail.isEmpty()) {
            throw TriggerFaults.RERUN_PARENT_INVALID.with(
                    "trigger", loaded.name(), "parent", rerun.parent(), "detail", detail);
        }
    }

    /// Begins, or goes on where it was stopped.
    void begin(Draft draft) {
        if (!Place.root(draft.state).member(GENERATION).present()) {
            draft.state.put(GENERATION, departures.newId());
        }
    }

    /// Asks for the next windows, as many as may be under way. Each is asked for in a step of its parent, marked with
    /// this trigger's start, and only then passed by; so after a failure between the two it is not asked for twice.
    ///
    /// @return false when the step was overtaken
    boolean step(Loaded loaded, RerunTumblingWindowTrigger rerun) {
        Instant now = clock.instant();
        String generation =
                Place.root(loaded.memory()).member(GENERATION).text().orElse("");
        Optional<Loaded> parent = ledger.load(loaded.factory(), rerun.parent());
        if (!loaded.started()
                || generation.isEmpty()
                || parent.isEmpty()
                || !(parent.get().trigger() instanceof TumblingWindowTrigger trigger)) {
            return ledger.apply(
                    Ledger.draft(loaded, loaded.started(), null, null, now).build());
        }
        Instant next = loaded.next().orElse(rerun.from());
        if (!parent.get().started()) {
            return ledger.apply(
                    Ledger.draft(loaded, true, next, now.plus(LOOK_AGAIN), now).build());
        }
        Span span = new Span(next, rerun.to());
        List<TriggerWindow> ahead =
                store.triggers().windows(loaded.factory(), rerun.parent(), span.from(), span.to(), BATCH).stream()
                        .filter(w -> span.holds(w.start()))
                        .toList();
        long under = store.triggers().openWindows(loaded.factory(), rerun.parent()).stream()
                .filter(w -> isOf(w, generation))
                .count();
        List<TriggerWindow> asked = new ArrayList<>();
        for (TriggerWindow window : ahead) {
            boolean wanted = window.status().ended() && !isOf(window, generation);
            if (wanted && under + asked.size() >= rerun.concurrency()) {
                break;
            }
            if (wanted) {
                asked.add(window);
            }
            next = window.end();
        }
        if (!asked.isEmpty() && !ask(parent.get(), trigger, loaded, asked, generation, now)) {
            return false;
        }
        boolean over = ahead.isEmpty() && under == 0;
        Draft draft = Ledger.draft(loaded, true, over ? null : next, over ? null : now.plus(LOOK_AGAIN), now);
        if (over) {
            draft.state.remove(GENERATION);
        }
        return ledger.apply(draft.build());
    }

    private boolean ask(
            Loaded parent,
            TumblingWindowTrigger trigger,
            Loaded rerun,
            List<TriggerWindow> windows,
            String generation,
            Instant now) {
        Draft draft = untouched(parent, now);
        Map<String, String> marks = Map.of(RERUN_BY, rerun.name(), RERUN_GENERATION, generation);
        again(parent, trigger, windows, marks, draft, now);
        return ledger.apply(draft.build());
    }

    private static boolean isOf(TriggerWindow window, String generation) {
        TriggerRun run = window.run();
        return generation.equals(run.properties().get(RERUN_GENERATION));
    }
}
