package dev.sluice.service.app.triggers;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.RunStatus;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.model.run.TriggerRunStatus;
import dev.sluice.model.run.TriggerWindow;
import dev.sluice.model.trigger.EventTrigger;
import dev.sluice.model.trigger.OtherTrigger;
import dev.sluice.model.trigger.ScheduleTrigger;
import dev.sluice.model.trigger.Trigger;
import dev.sluice.model.trigger.TumblingWindowTrigger;
import dev.sluice.service.run.trigger.Arrival;
import dev.sluice.service.run.trigger.EventMatch;
import dev.sluice.service.run.trigger.Occurrences;
import dev.sluice.service.run.trigger.Windows;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import dev.sluice.service.store.StoredTrigger;
import dev.sluice.service.store.TriggerTransition;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Takes triggers step by step: load, decide, write in one transaction with the runs started; when somebody else was
/// faster, again from the start. Thread-safe.
public final class Firing {
    /// Most missed occurrences of a schedule that are made up for.
    public static final int CATCH_UP = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(Firing.class);
    private static final int TRIES = 50;

    /// Most occurrences fired in one transaction.
    private static final int BATCH = 20;

    /// Most occurrences counted when too many were missed.
    private static final int COUNTED = 1_000_000;

    private static final String NEXT = "next";

    private final Store store;
    private final Departures departures;
    private final InstantSource clock;

    Firing(Store store, Departures departures, InstantSource clock) {
        this.store = store;
        this.departures = departures;
        this.clock = clock;
    }

    /// A trigger as it is stored now.
    private record Loaded(
            StoredDocument document,
            Trigger trigger,
            @Nullable StoredTrigger state) {
        String name() {
            return document.document().name();
        }

        String factory() {
            return document.factory();
        }

        long version() {
            return state == null ? 0 : state.version();
        }

        boolean started() {
            return state != null && state.started();
        }

        Optional<Instant> next() {
            return state == null
                    ? Optional.empty()
                    : Place.root(state.state()).member(NEXT).text().flatMap(Timestamps::parse);
        }
    }

    private Optional<Loaded> load(String factory, String name) {
        // The state first: whoever changes the document between has to stop the trigger, and so changes the state.
        StoredTrigger state = store.triggers().find(factory, name).orElse(null);
        return store.documents()
                .find(factory, DocumentKind.TRIGGER, name)
                .map(d -> new Loaded(d, Trigger.of(d.document()), state));
    }

    private Loaded require(String factory, String name) {
        return load(factory, name)
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", DocumentKind.TRIGGER.word(), "name", name));
    }

    /// Repeats an attempt until it was not overtaken by others.
    private static void persist(String trigger, BooleanSupplier attempt) {
        for (int n = 0; n < TRIES; n++) {
            if (attempt.getAsBoolean()) {
                return;
            }
        }
        throw ServiceFaults.UNAVAILABLE.with("detail", "trigger '" + trigger + "' is being changed by many at once");
    }

    // ---- start and stop

    /// Starts a trigger; nothing happens when it is started already.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when it cannot work
    void start(String factory, String name) {
        persist(name, () -> {
            Loaded loaded = require(factory, name);
            if (loaded.started()) {
                return true;
            }
            departures.check(loaded.document(), loaded.trigger());
            Instant now = clock.instant();
            return apply(
                    loaded,
                    transition(loaded, true, first(loaded, now), now, now).build());
        });
        LOG.info("trigger {} of {} started", name, factory);
    }

    /// Where a trigger begins: a schedule now, windows where they were.
    private static @Nullable Instant first(Loaded loaded, Instant now) {
        return switch (loaded.trigger()) {
            case ScheduleTrigger schedule ->
                Occurrences.of(schedule.recurrence(), loaded.document().created())
                        .next(now)
                        .orElseThrow(() -> TriggerFaults.END_IN_PAST.with("trigger", loaded.name(), "now", now));
            case TumblingWindowTrigger windows -> loaded.next().orElse(windows.startTime());
            case EventTrigger events -> null;
            case OtherTrigger other ->
                throw TriggerFaults.TYPE_UNSUPPORTED.with("trigger", loaded.name(), "type", other.type());
        };
    }

    /// Stops a trigger; its pipeline runs go on.
    void stop(String factory, String name) {
        persist(name, () -> {
            Loaded loaded = require(factory, name);
            return !loaded.started()
                    || apply(
                            loaded,
                            transition(loaded, false, loaded.next().orElse(null), null, clock.instant())
                                    .build());
        });
        LOG.info("trigger {} of {} stopped", name, factory);
    }

    boolean isStarted(String factory, String name) {
        return store.triggers().find(factory, name).map(StoredTrigger::started).orElse(false);
    }

    private static Draft transition(
            Loaded loaded, boolean started, @Nullable Instant next, @Nullable Instant due, Instant now) {
        ObjectNode state =
                loaded.state() == null ? Json.object() : loaded.state().state().deepCopy();
        state.remove(NEXT);
        if (next != null) {
            state.put(NEXT, Timestamps.format(next));
        }
        return new Draft(
                loaded.factory(), loaded.name(), loaded.document().etag(), loaded.version(), started, state, due, now);
    }

    private boolean apply(Loaded loaded, TriggerTransition transition) {
        return switch (store.triggers().apply(transition)) {
            case TriggerTransition.Result.Applied applied -> {
                LOG.debug("trigger {}: {}", loaded.name(), applied);
                yield true;
            }
            case TriggerTransition.Result.Stale() -> false;
        };
    }

    // ---- what the clock brings

    /// Does what is due for a trigger now.
    void step(String factory, String name) {
        persist(name, () -> {
            Optional<Loaded> loaded = load(factory, name);
            return loaded.isEmpty() || loaded.get().state() == null || step(loaded.get());
        });
    }

    private boolean step(Loaded loaded) {
        return switch (loaded.trigger()) {
            case ScheduleTrigger schedule -> !loaded.started() || schedule(loaded, schedule);
            case TumblingWindowTrigger windows -> windows(loaded, windows);
            case EventTrigger events -> apply(loaded, idle(loaded));
            case OtherTrigger other -> apply(loaded, idle(loaded));
        };
    }

    /// There is nothing to do by the clock.
    private TriggerTransition idle(Loaded loaded) {
        return transition(loaded, loaded.started(), null, null, clock.instant()).build();
    }

    private boolean schedule(Loaded loaded, ScheduleTrigger schedule) {
        Instant now = clock.instant();
        Occurrences occurrences =
                Occurrences.of(schedule.recurrence(), loaded.document().created());
        Instant next = loaded.next().orElse(null);
        List<Departures.Firing> firings = new ArrayList<>();
        TriggerTransition.Record missed = null;
        if (next != null) {
            Missed passed = missed(occurrences, next, now);
            if (passed.count() > CATCH_UP) {
                missed = tooMany(loaded, passed, now);
                next = passed.resume();
            }
        }
        while (next != null && !next.isAfter(now) && firings.size() < BATCH) {
            firings.add(scheduled(loaded, next, now));
            next = occurrences.next(next.plusNanos(1)).orElse(null);
        }
        Draft draft = transition(loaded, true, next, next, now);
        if (missed != null) {
            draft.records.add(missed);
        }
        boolean done = departures.fire(loaded.document(), schedule, firings, fires -> {
            draft.fires.addAll(fires);
            return apply(loaded, draft.build());
        });
        if (done && missed != null) {
            LOG.warn(
                    "trigger {} of {}: {}",
                    loaded.name(),
                    loaded.factory(),
                    missed.run().message());
        }
        return done;
    }

    private Departures.Firing scheduled(Loaded loaded, Instant at, Instant now) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("TriggerTime", Timestamps.format(now));
        properties.put("ScheduleTime", Timestamps.format(at));
        return new Departures.Firing(
                Timestamps.format(at), Arrival.scheduled(loaded.name(), at, now), properties, now, null);
    }

    /// Occurrences up to now.
    ///
    /// @param resume the first of those that are made up for
    private record Missed(int count, Instant first, Instant last, Instant resume) {}

    private static Missed missed(Occurrences occurrences, Instant next, Instant now) {
        Deque<Instant> latest = new ArrayDeque<>();
        int count = 0;
        Instant last = next;
        Optional<Instant> at = Optional.of(next);
        while (at.isPresent() && !at.get().isAfter(now) && count < COUNTED) {
            count++;
            latest.addLast(at.get());
            if (latest.size() > CATCH_UP) {
                last = latest.removeFirst();
            }
            at = occurrences.next(at.get().plusNanos(1));
        }
        return new Missed(count, next, last, latest.isEmpty() ? next : latest.getFirst());
    }

    private TriggerTransition.Record tooMany(Loaded loaded, Missed missed, Instant now) {
        String why = TriggerFaults.OCCURRENCES_MISSED
                .problem()
                .evidence("count", missed.count() - CATCH_UP)
                .evidence("first", missed.first())
                .evidence("last", missed.last())
                .build()
                .message();
        String id = departures.newId();
        return new TriggerTransition.Record(
                new TriggerRun(
                        id,
                        id,
                        true,
                        loaded.name(),
                        loaded.trigger().type(),
                        now,
                        now,
                        TriggerRunStatus.FAILED,
                        why,
                        Map.of("TriggerTime", Timestamps.format(now)),
                        Map.of(),
                        Json.object()),
                Json.object());
    }

    private boolean windows(Loaded loaded, TumblingWindowTrigger trigger) {
        Instant now = clock.instant();
        List<TriggerWindow> open = store.triggers().openWindows(loaded.factory(), loaded.name());
        Windows.Decision decision = new Windows(loaded.name(), trigger, open, others(loaded), now, departures::newId)
                .decide(loaded.started(), loaded.next().orElse(trigger.startTime()), ended(loaded, open));
        Draft draft = transition(loaded, loaded.started(), decision.nextStart(), decision.due(), now);
        draft.tellDependents = decision.succeeded();
        return departures.begin(loaded.document(), trigger, decision.starting(), now, begun -> {
            Map<Instant, TriggerWindow> failed = new HashMap<>();
            begun.failed().forEach(w -> failed.put(w.start(), w));
            decision.changed().forEach(w -> draft.windows.add(failed.getOrDefault(w.start(), w)));
            draft.starts.addAll(begun.starts());
            return apply(loaded, draft.build());
        });
    }

    private Map<String, RunStatus> ended(Loaded loaded, List<TriggerWindow> open) {
        Map<String, RunStatus> ended = new HashMap<>();
        for (TriggerWindow window : open) {
            if (window.status() == TriggerRunStatus.IN_PROGRESS && window.pipelineRunId() != null) {
                String id = window.pipelineRunId();
                store.runs()
                        .pipelineRun(loaded.factory(), id)
                        .filter(run -> run.status().ended())
                        .ifPresent(run -> ended.put(id, run.status()));
            }
        }
        return ended;
    }

    private Windows.Others others(Loaded loaded) {
        return new Windows.Others() {
            @Override
            public @Nullable TumblingWindowTrigger trigger(String name) {
                return store.documents()
                        .find(loaded.factory(), DocumentKind.TRIGGER, name)
                        .map(d -> Trigger.of(d.document()))
                        .map(t -> t instanceof TumblingWindowTrigger windows ? windows : null)
                        .orElse(null);
            }

            @Override
            public List<TriggerWindow> windows(String name, Instant from, Instant to) {
                // One more than a dependency may cover: what is cut off counts as not done.
                return store.triggers().windows(loaded.factory(), name, from, to, 10_000);
            }
        };
    }

    // ---- what events bring

    /// Takes events for a trigger: each that it means fires once, however often it comes.
    ///
    /// @return how many fired now
    int happened(String factory, String name, List<JsonNode> events) {
        int[] fired = new int[1];
        persist(name, () -> {
            Loaded loaded = require(factory, name);
            if (!(loaded.trigger() instanceof EventTrigger trigger)) {
                throw TriggerFaults.NOT_LISTENING.with(
                        "trigger", name, "detail", "it is a " + loaded.trigger().type() + ".");
            }
            if (!loaded.started()) {
                throw TriggerFaults.NOT_LISTENING.with("trigger", name, "detail", "it is stopped.");
            }
            Instant now = clock.instant();
            List<Departures.Firing> firings = new ArrayList<>();
            for (JsonNode event : events) {
                String identity = EventMatch.identity(event);
                EventMatch.body(trigger, event)
                        .ifPresent(body -> firings.add(event(loaded, identity, event, body, now)));
            }
            Draft draft = transition(loaded, true, null, null, now);
            return departures.fire(loaded.document(), trigger, firings, fires -> {
                draft.fires.addAll(fires);
                if (store.triggers().apply(draft.build()) instanceof TriggerTransition.Result.Applied applied) {
                    fired[0] = applied.fired().size();
                    return true;
                }
                return false;
            });
        });
        return fired[0];
    }

    private static Departures.Firing event(
            Loaded loaded, String identity, JsonNode event, ObjectNode body, Instant now) {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("TriggerTime", Timestamps.format(now));
        properties.put("EventId", event.path("id").asString(""));
        return new Departures.Firing(
                "event " + Departures.shortened(identity),
                Arrival.happened(loaded.name(), body, now),
                properties,
                now,
                null);
    }

    // ---- runs of triggers

    /// Runs a firing again: a window from its dependencies on, any other with what it was fired with.
    void rerun(String factory, String name, String triggerRunId) {
        persist(name, () -> {
            Loaded loaded = require(factory, name);
            TriggerTransition.Record old = requireRun(loaded, triggerRunId);
            if (!old.run().latest() || !old.run().status().ended()) {
                String detail = old.run().latest()
                        ? "it is " + old.run().status().word() + "."
                        : "it has been run again already.";
                throw TriggerFaults.RUN_NOT_RERUNNABLE.with("run", triggerRunId, "detail", detail);
            }
            Instant now = clock.instant();
            TriggerTransition.Record superseded =
                    new TriggerTransition.Record(old.run().superseded(now), old.context());
            if (loaded.trigger() instanceof TumblingWindowTrigger trigger) {
                return rerunWindow(loaded, trigger, superseded, now);
            }
            return rerunFiring(loaded, superseded, now);
        });
    }

    private boolean rerunWindow(
            Loaded loaded, TumblingWindowTrigger trigger, TriggerTransition.Record old, Instant now) {
        String id = old.run().triggerRunId();
        TriggerWindow window = store.triggers()
                .windowOf(loaded.factory(), loaded.name(), id)
                .orElseThrow(() -> TriggerFaults.RUN_NOT_RERUNNABLE.with(
                        "run", id, "detail", "its window is gone with the trigger it belonged to."));
        if (!loaded.started()) {
            throw TriggerFaults.RUN_NOT_RERUNNABLE.with("run", id, "detail", "the trigger is stopped.");
        }
        Draft draft = transition(loaded, true, loaded.next().orElse(null), now, now);
        draft.records.add(old);
        draft.windows.add(
                new Windows(loaded.name(), trigger, List.of(), others(loaded), now, departures::newId).again(window));
        return apply(loaded, draft.build());
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
        Draft draft =
                transition(loaded, loaded.started(), loaded.next().orElse(null), loaded.started() ? now : null, now);
        draft.records.add(old);
        return departures.fire(loaded.document(), loaded.trigger(), List.of(firing), fires -> {
            draft.fires.addAll(fires);
            return apply(loaded, draft.build());
        });
    }

    /// Cancels a window that has not ended.
    ///
    /// @param by who, for people
    void cancel(String factory, String name, String triggerRunId, String by) {
        persist(name, () -> {
            Loaded loaded = require(factory, name);
            TriggerTransition.Record record = requireRun(loaded, triggerRunId);
            Optional<TriggerWindow> found = store.triggers().windowOf(loaded.factory(), loaded.name(), triggerRunId);
            if (found.isEmpty() || record.run().status().ended()) {
                throw TriggerFaults.RUN_NOT_CANCELLABLE.with(
                        "run", triggerRunId, "status", record.run().status().word());
            }
            TriggerWindow window = found.get();
            if (window.status() == TriggerRunStatus.IN_PROGRESS && window.pipelineRunId() != null) {
                departures.cancel(window.pipelineRunId(), by);
                return true;
            }
            Instant now = clock.instant();
            Draft draft = transition(
                    loaded, loaded.started(), loaded.next().orElse(null), loaded.started() ? now : null, now);
            draft.windows.add(new TriggerWindow(
                    window.start(),
                    window.end(),
                    window.run().with(TriggerRunStatus.CANCELLED, "Cancelled by " + by + ".", now),
                    window.pipelineRunId(),
                    window.attempt(),
                    window.since(),
                    null));
            return apply(loaded, draft.build());
        });
    }

    private TriggerTransition.Record requireRun(Loaded loaded, String id) {
        return store.triggers()
                .run(loaded.factory(), id)
                .filter(r -> r.run().triggerName().equalsIgnoreCase(loaded.name()))
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "trigger run", "name", id));
    }

    /// Problems as one text, for a record.
    static String message(List<Problem> problems) {
        return String.join(" ", problems.stream().map(Problem::message).toList());
    }
}
