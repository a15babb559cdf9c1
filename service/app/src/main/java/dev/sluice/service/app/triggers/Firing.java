package dev.sluice.service.app.triggers;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.run.RunStatus;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.model.run.TriggerRunStatus;
import dev.sluice.model.run.TriggerWindow;
import dev.sluice.model.trigger.EventTrigger;
import dev.sluice.model.trigger.OtherTrigger;
import dev.sluice.model.trigger.RerunTumblingWindowTrigger;
import dev.sluice.model.trigger.ScheduleTrigger;
import dev.sluice.model.trigger.Trigger;
import dev.sluice.model.trigger.TumblingWindowTrigger;
import dev.sluice.service.app.triggers.Ledger.Loaded;
import dev.sluice.service.run.trigger.Arrival;
import dev.sluice.service.run.trigger.EventMatch;
import dev.sluice.service.run.trigger.Occurrences;
import dev.sluice.service.run.trigger.Windows;
import dev.sluice.service.store.Store;
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

    /// Most occurrences fired in one transaction.
    private static final int BATCH = 20;

    /// Most occurrences counted when too many were missed.
    private static final int COUNTED = 1_000_000;

    private final Store store;
    private final Ledger ledger;
    private final Departures departures;
    private final Watching watching;
    private final Reruns reruns;
    private final InstantSource clock;

    Firing(Store store, Ledger ledger, Departures departures, Watching watching, InstantSource clock) {
        this.store = store;
        this.ledger = ledger;
        this.departures = departures;
        this.watching = watching;
        this.clock = clock;
        this.reruns = new Reruns(store, ledger, departures, this::others, clock);
    }

    // ---- start and stop

    /// Starts a trigger; nothing happens when it is started already.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when it cannot work
    void start(String factory, String name) {
        Ledger.persist(name, () -> {
            Loaded loaded = ledger.require(factory, name);
            if (loaded.started()) {
                return true;
            }
            check(loaded);
            Instant now = clock.instant();
            Draft draft = Ledger.draft(loaded, true, first(loaded, now), now, now);
            begin(loaded, draft, now);
            return ledger.apply(draft.build());
        });
        LOG.info("trigger {} of {} started", name, factory);
    }

    /// Refuses a trigger that could never work.
    private void check(Loaded loaded) {
        departures.check(loaded.document(), loaded.trigger());
        if (loaded.trigger() instanceof EventTrigger events) {
            events.watch().ifPresent(folder -> watching.check(loaded, folder));
        }
        if (loaded.trigger() instanceof RerunTumblingWindowTrigger rerun) {
            reruns.check(loaded, rerun);
        }
    }

    private void begin(Loaded loaded, Draft draft, Instant now) {
        if (loaded.trigger() instanceof EventTrigger events) {
            Ledger.subscribe(draft, true);
            if (events.watch().isPresent()) {
                Watching.begin(loaded, draft, now);
            }
        }
        if (loaded.trigger() instanceof RerunTumblingWindowTrigger) {
            reruns.begin(draft);
        }
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
            case RerunTumblingWindowTrigger rerun -> loaded.next().orElse(rerun.from());
            case OtherTrigger other ->
                throw TriggerFaults.TYPE_UNSUPPORTED.with("trigger", loaded.name(), "type", other.type());
        };
    }

    /// Stops a trigger; its pipeline runs go on.
    void stop(String factory, String name) {
        Ledger.persist(name, () -> {
            Loaded loaded = ledger.require(factory, name);
            if (!loaded.started()) {
                return true;
            }
            Instant now = clock.instant();
            Draft draft = Ledger.draft(loaded, false, loaded.next().orElse(null), null, now);
            end(loaded, draft, now);
            return ledger.apply(draft.build());
        });
        LOG.info("trigger {} of {} stopped", name, factory);
    }

    private static void end(Loaded loaded, Draft draft, Instant now) {
        if (loaded.trigger() instanceof EventTrigger events && events.watch().isPresent()) {
            Watching.end(loaded, draft, now);
        }
    }

    // ---- subscriptions

    /// Whether events come to a trigger.
    enum Subscription {
        ENABLED("Enabled"),
        /// The folder has not been listed whole yet.
        PROVISIONING("Provisioning"),
        DISABLED("Disabled");

        private final String word;

        Subscription(String word) {
            this.word = word;
        }

        /// As Data Factory spells it.
        String word() {
            return word;
        }
    }

    Subscription subscription(String factory, String name) {
        Loaded loaded = listening(factory, name);
        if (!loaded.subscribed()) {
            return Subscription.DISABLED;
        }
        boolean watches = loaded.trigger() instanceof EventTrigger events
                && events.watch().isPresent();
        return watches && loaded.started() && !Watching.isReady(loaded, clock.instant())
                ? Subscription.PROVISIONING
                : Subscription.ENABLED;
    }

    /// Lets events come to a trigger, or no more; it may be started or not. What happens in a watched folder between is
    /// passed over, as events are to which nobody is subscribed.
    void subscribe(String factory, String name, boolean wanted) {
        Ledger.persist(name, () -> {
            Loaded loaded = listening(factory, name);
            if (loaded.state() != null && loaded.subscribed() == wanted) {
                return true;
            }
            Instant now = clock.instant();
            Draft draft = Ledger.draft(loaded, loaded.started(), null, null, now);
            if (loaded.started() && wanted) {
                begin(loaded, draft, now);
            } else if (loaded.started()) {
                end(loaded, draft, now);
            }
            Ledger.subscribe(draft, wanted);
            return ledger.apply(draft.build());
        });
    }

    private Loaded listening(String factory, String name) {
        Loaded loaded = ledger.require(factory, name);
        if (loaded.trigger() instanceof EventTrigger) {
            return loaded;
        }
        throw TriggerFaults.NOT_LISTENING.with(
                "trigger",
                loaded.name(),
                "detail",
                "it is a " + loaded.trigger().type() + ".");
    }

    // ---- what the clock brings

    /// Does what is due for a trigger now.
    void step(String factory, String name) {
        Ledger.persist(name, () -> {
            Optional<Loaded> loaded = ledger.load(factory, name);
            return loaded.isEmpty() || loaded.get().state() == null || step(loaded.get());
        });
    }

    private boolean step(Loaded loaded) {
        return switch (loaded.trigger()) {
            case ScheduleTrigger schedule -> !loaded.started() || schedule(loaded, schedule);
            case TumblingWindowTrigger windows -> windows(loaded, windows);
            case EventTrigger events -> events(loaded, events);
            case RerunTumblingWindowTrigger rerun -> reruns.step(loaded, rerun);
            case OtherTrigger other -> ledger.apply(idle(loaded));
        };
    }

    private boolean events(Loaded loaded, EventTrigger trigger) {
        return trigger.watch().isPresent() && loaded.started() && loaded.subscribed()
                ? watching.step(loaded, trigger, trigger.watch().get())
                : ledger.apply(idle(loaded));
    }

    /// There is nothing to do by the clock.
    private TriggerTransition idle(Loaded loaded) {
        return Ledger.draft(loaded, loaded.started(), null, null, clock.instant())
                .build();
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
        Draft draft = Ledger.draft(loaded, true, next, next, now);
        if (missed != null) {
            draft.records.add(missed);
        }
        boolean done = departures.fire(loaded.document(), schedule, firings, fires -> {
            draft.fires.addAll(fires);
            return ledger.apply(draft.build());
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
        Draft draft = Ledger.draft(loaded, loaded.started(), decision.nextStart(), decision.due(), now);
        draft.tellDependents = decision.succeeded();
        return departures.begin(loaded.document(), trigger, decision.starting(), now, begun -> {
            Map<Instant, TriggerWindow> failed = new HashMap<>();
            begun.failed().forEach(w -> failed.put(w.start(), w));
            decision.changed().forEach(w -> draft.windows.add(failed.getOrDefault(w.start(), w)));
            draft.starts.addAll(begun.starts());
            return ledger.apply(draft.build());
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
        Ledger.persist(name, () -> {
            Loaded loaded = listening(factory, name);
            if (!loaded.started() || !loaded.subscribed()) {
                String detail = loaded.started() ? "it is not subscribed to events." : "it is stopped.";
                throw TriggerFaults.NOT_LISTENING.with("trigger", name, "detail", detail);
            }
            EventTrigger trigger = (EventTrigger) loaded.trigger();
            Instant now = clock.instant();
            if (trigger.watch().isPresent()) {
                events.forEach(EventMatch::identity);
                return watching.lookNow(loaded, now);
            }
            List<Departures.Firing> firings = new ArrayList<>();
            for (JsonNode event : events) {
                String identity = EventMatch.identity(event);
                EventMatch.body(trigger, event)
                        .ifPresent(body -> firings.add(event(loaded, identity, event, body, now)));
            }
            Draft draft = Ledger.draft(loaded, true, null, null, now);
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

    /// The windows of triggers and their runs.
    Reruns reruns() {
        return reruns;
    }

    /// Problems as one text, for a record.
    static String message(List<Problem> problems) {
        return String.join(" ", problems.stream().map(Problem::message).toList());
    }
}
