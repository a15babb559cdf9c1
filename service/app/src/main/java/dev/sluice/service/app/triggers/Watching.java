package dev.sluice.service.app.triggers;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.model.Json;
import dev.sluice.model.job.FolderDigest;
import dev.sluice.model.job.FolderListing;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.QueueReading;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.model.run.TriggerRunStatus;
import dev.sluice.model.trigger.BlobEventsTrigger;
import dev.sluice.model.trigger.BlobTrigger;
import dev.sluice.model.trigger.CustomEventsTrigger;
import dev.sluice.model.trigger.EventTrigger;
import dev.sluice.model.trigger.WatchedFolder;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.app.runs.JobOwner;
import dev.sluice.service.app.triggers.Ledger.Loaded;
import dev.sluice.service.run.FolderListingPlan;
import dev.sluice.service.run.trigger.Arrival;
import dev.sluice.service.run.trigger.EventMatch;
import dev.sluice.service.run.trigger.FolderChanges;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.RunTransition;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.TriggerTransition;
import dev.sluice.service.store.Triggers;
import dev.sluice.service.store.WatchStep;
import dev.sluice.wire.JobRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Triggers that watch a folder, by listing it or by a queue that tells of its files. Listings are jobs of the nodes
/// that reach the store, asked for one after another; the
/// end of one is written together with what is known of the files from then on and with what happened to them
/// ("arrivals"), and the arrivals are then fired for, a few in each step. So whoever is killed and whenever: a file
/// fires once. Thread-safe.
final class Watching implements JobOwner {
    private static final Logger LOG = LoggerFactory.getLogger(Watching.class);

    /// Most arrivals fired for in one transaction.
    private static final int BATCH = 20;

    /// Most that one listing brings; what is beyond is found by the next one.
    private static final int MOST_ARRIVALS = 20_000;

    private static final Duration LISTING_TIMEOUT = Duration.ofHours(1);

    /// How soon it is looked again after a listing that should have been answered.
    private static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    /// How soon it is looked whether runs have ended, while files wait for them.
    private static final Duration FULL = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final Store store;
    private final Ledger ledger;
    private final Departures departures;
    private final Groups groups;
    private final Dispatcher dispatcher;
    private final InstantSource clock;

    Watching(
            Store store,
            Ledger ledger,
            Departures departures,
            Groups groups,
            Dispatcher dispatcher,
            InstantSource clock) {
        this.store = store;
        this.ledger = ledger;
        this.departures = departures;
        this.groups = groups;
        this.dispatcher = dispatcher;
        this.clock = clock;
    }

    // ---- from start to stop

    /// Refuses a folder whose linked service is not there.
    void check(Loaded loaded, WatchedFolder folder) {
        plan(loaded, folder, new WatchMemory(clock.instant(), 0), "check");
    }

    /// Begins anew: what is there is found out first, and only what comes from now on counts.
    static void begin(Loaded loaded, Draft draft, Instant now) {
        WatchMemory memory = new WatchMemory(now, WatchMemory.of(loaded.memory(), now).sequence);
        memory.into(draft.state);
        draft.due = now;
        draft.watch = step(List.of(), cancelled(loaded, now), null, true, List.of());
    }

    /// Ends: a listing under way is called off.
    static void end(Loaded loaded, Draft draft, Instant now) {
        WatchMemory memory = WatchMemory.of(loaded.memory(), now);
        memory.listing = null;
        memory.into(draft.state);
        draft.watch = step(List.of(), cancelled(loaded, now), null, false, List.of());
    }

    private static List<JobRef> cancelled(Loaded loaded, Instant now) {
        JobRef listing = WatchMemory.of(loaded.memory(), now).listing;
        return listing == null ? List.of() : List.of(listing);
    }

    private static WatchStep step(
            List<RunTransition.NewJob> queue,
            List<JobRef> cancel,
            RunTransition.@Nullable Ending ending,
            boolean forget,
            List<Long> fired) {
        return new WatchStep(queue, cancel, ending, forget, List.of(), List.of(), List.of(), fired);
    }

    /// Whether everything has been listed once since the start.
    static boolean isReady(Loaded loaded, Instant now) {
        return !WatchMemory.of(loaded.memory(), now).first;
    }

    /// Somebody says that something happened: the next listing is at once.
    boolean lookNow(Loaded loaded, Instant now) {
        Draft draft = Ledger.draft(loaded, true, null, now, now);
        WatchMemory memory = WatchMemory.of(draft.state, now);
        memory.next = now;
        memory.into(draft.state);
        return ledger.apply(draft.build());
    }

    // ---- what the clock brings

    /// Fires for what has arrived, or asks for a listing when it is time.
    ///
    /// @return false when the step was overtaken
    boolean step(Loaded loaded, EventTrigger trigger, WatchedFolder folder) {
        Instant now = clock.instant();
        WatchMemory memory = WatchMemory.of(loaded.memory(), now);
        if (!store.triggers().arrivals(loaded.factory(), loaded.name(), 1).isEmpty()) {
            return fire(loaded, trigger, memory, now);
        }
        Draft draft = Ledger.draft(loaded, true, null, null, now);
        if (memory.listing != null && store.jobs().isOpen(memory.listing)) {
            draft.due = now.plus(LOOK_AGAIN);
        } else if (isDue(memory, folder, now)) {
            ask(loaded, folder, memory, draft, now);
        } else {
            draft.due = memory.next;
        }
        memory.into(draft.state);
        return ledger.apply(draft.build());
    }

    /// Also when it is so far away that the clock must have jumped back.
    private static boolean isDue(WatchMemory memory, WatchedFolder folder, Instant now) {
        Duration longest = folder.every().compareTo(LONGEST_PAUSE) > 0 ? folder.every() : LONGEST_PAUSE;
        return !now.isBefore(memory.next) || memory.next.isAfter(now.plus(longest));
    }

    private void ask(Loaded loaded, WatchedFolder folder, WatchMemory memory, Draft draft, Instant now) {
        String id = "listing-" + departures.newId();
        try {
            FolderListingPlan plan = plan(loaded, folder, memory, id);
            memory.listing = new JobRef(id, 1);
            draft.due = now.plus(LOOK_AGAIN);
            RunTransition.NewJob job = new RunTransition.NewJob(
                    memory.listing,
                    loaded.name(),
                    groups.of(loaded.factory(), plan.runtime()).groupId(),
                    FolderListingPlan.kind(folder),
                    0,
                    LISTING_TIMEOUT.toMillis(),
                    plan.spec().toJson());
            draft.watch = step(List.of(job), List.of(), null, false, List.of());
        } catch (ProblemException e) {
            failed(loaded, folder, memory, draft, e.problem().code() + ": " + e.getMessage(), now);
        }
    }

    private FolderListingPlan plan(Loaded loaded, WatchedFolder folder, WatchMemory memory, String id) {
        ObjectNode asked = folder.queued() ? QueueNews.asked(memory) : Json.object();
        if (!folder.queued()) {
            asked.put("from", memory.from);
            asked.set("buckets", memory.told());
        }
        if (!folder.queued() && loaded.trigger() instanceof BlobEventsTrigger blobs) {
            asked.put("pathBeginsWith", WatchedFolder.plain(blobs.beginsWith()));
            asked.put("pathEndsWith", blobs.endsWith());
        }
        String owner = Triggers.owner(loaded.factory(), loaded.name());
        return FolderListingPlan.of(
                dispatcher.definitions(loaded.factory()),
                departures.factoryName(loaded.factory()),
                owner,
                id,
                loaded.document().document(),
                folder,
                asked,
                clock.instant());
    }

    // ---- firing

    private boolean fire(Loaded loaded, EventTrigger trigger, WatchMemory memory, Instant now) {
        memory.running.removeIf(this::isOver);
        int room = switch (trigger) {
            case BlobTrigger blobs -> Math.max(0, blobs.maxConcurrency() - memory.running.size());
            case BlobEventsTrigger blobs -> BATCH;
            case CustomEventsTrigger custom -> BATCH;
        };
        List<WatchStep.Arrival> arrivals = room == 0
                ? List.of()
                : store.triggers().arrivals(loaded.factory(), loaded.name(), Math.min(room, BATCH));
        List<Departures.Firing> firings =
                arrivals.stream().map(a -> firing(loaded, trigger, a, now)).toList();
        Draft draft = Ledger.draft(loaded, true, null, room == 0 ? now.plus(FULL) : now, now);
        draft.watch = step(
                List.of(),
                List.of(),
                null,
                false,
                arrivals.stream().map(WatchStep.Arrival::number).toList());
        return departures.fire(loaded.document(), trigger, firings, fires -> {
            draft.fires.addAll(fires);
            if (trigger instanceof BlobTrigger) {
                fires.stream()
                        .map(f -> f.starts().stream().map(RunTransition::runId).toList())
                        .filter(runs -> !runs.isEmpty())
                        .forEach(memory.running::add);
            }
            memory.into(draft.state);
            return ledger.apply(draft.build());
        });
    }

    private boolean isOver(List<String> runs) {
        return runs.stream().allMatch(run -> store.runs().hasEnded(run));
    }

    private static Departures.Firing firing(
            Loaded loaded, EventTrigger trigger, WatchStep.Arrival arrival, Instant now) {
        ObjectNode body = arrival.body();
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("TriggerTime", Timestamps.format(now));
        properties.put("EventId", body.path("event").path("id").asString(""));
        properties.put("FolderPath", body.path("folderPath").asString(""));
        properties.put("FileName", body.path("fileName").asString(""));
        return new Departures.Firing(
                occurrence(trigger, arrival), Arrival.happened(loaded.name(), body, now), properties, now, null);
    }

    /// A file's arrival was counted when it was found; a message of a queue may come again.
    private static String occurrence(EventTrigger trigger, WatchStep.Arrival arrival) {
        return trigger.watch().filter(WatchedFolder::queued).isPresent()
                ? "event "
                        + Departures.shortened(
                                EventMatch.identity(arrival.body().path("event")))
                : "file " + arrival.number();
    }

    // ---- what listings bring

    @Override
    public boolean owns(QueuedJob job) {
        return Triggers.owns(job);
    }

    @Override
    public RunTransition.Result ended(QueuedJob job, String nodeId, JobOutcome outcome) {
        return answer(job, new RunTransition.Ending(job.job(), nodeId, "reported"), outcome);
    }

    @Override
    public void lost(QueuedJob job, @Nullable Instant expiredBy) {
        answer(job, new RunTransition.Ending(job.job(), job.node(), expiredBy, "lost"), new JobOutcome.Cancelled());
    }

    private RunTransition.Result answer(QueuedJob job, RunTransition.Ending ending, JobOutcome outcome) {
        TriggerTransition.Result[] result = new TriggerTransition.Result[1];
        Ledger.persist(job.activity(), () -> {
            Optional<Loaded> loaded = ledger.load(job.factory(), job.activity());
            if (loaded.isEmpty() || loaded.get().state() == null) {
                // With the trigger its jobs are gone.
                result[0] = new TriggerTransition.Result.NotHeld();
                return true;
            }
            result[0] = answer(loaded.get(), ending, outcome);
            return !(result[0] instanceof TriggerTransition.Result.Stale);
        });
        return result[0] instanceof TriggerTransition.Result.Applied
                ? RunTransition.Result.APPLIED
                : RunTransition.Result.NOT_HELD;
    }

    private TriggerTransition.Result answer(Loaded loaded, RunTransition.Ending ending, JobOutcome outcome) {
        Instant now = clock.instant();
        WatchMemory memory = WatchMemory.of(loaded.memory(), now);
        Draft draft = Ledger.draft(loaded, loaded.started(), loaded.next().orElse(null), now, now);
        draft.watch = step(List.of(), List.of(), ending, false, List.of());
        // One that came back from a node that it did not reach is another offer of the same listing.
        boolean awaited = ending.job().first().equals(memory.listing) && loaded.started();
        if (awaited
                && loaded.trigger() instanceof EventTrigger trigger
                && trigger.watch().isPresent()) {
            memory.listing = null;
            WatchedFolder folder = trigger.watch().get();
            switch (outcome) {
                case JobOutcome.Succeeded(var output) -> {
                    if (folder.queued()) {
                        received(loaded, trigger, folder, memory, draft, output, now);
                    } else {
                        listed(loaded, trigger, folder, memory, draft, output, now);
                    }
                }
                case JobOutcome.Failed(var error, var shown) ->
                    failed(loaded, folder, memory, draft, error.errorCode() + ": " + error.message(), now);
                case JobOutcome.Cancelled() -> memory.next = now;
            }
            memory.into(draft.state);
        }
        return ledger.write(draft.build());
    }

    private void received(
            Loaded loaded,
            EventTrigger trigger,
            WatchedFolder folder,
            WatchMemory memory,
            Draft draft,
            ObjectNode output,
            Instant now) {
        QueueReading reading;
        try {
            reading = QueueReading.fromJson(output);
        } catch (ProblemException e) {
            failed(loaded, folder, memory, draft, e.problem().code() + ": " + e.getMessage(), now);
            return;
        }
        QueueNews news = QueueNews.of(trigger, folder, reading, memory, now);
        if (!news.unreadable().isEmpty()) {
            LOG.warn("trigger {} of {}: {}", loaded.name(), loaded.factory(), news.unreadable());
            draft.records.add(record(loaded, news.unreadable(), now));
        }
        draft.watch = new WatchStep(
                List.of(), List.of(), draft.watch.ending(), false, List.of(), List.of(), news.arrivals(), List.of());
    }

    private void listed(
            Loaded loaded,
            EventTrigger trigger,
            WatchedFolder folder,
            WatchMemory memory,
            Draft draft,
            ObjectNode output,
            Instant now) {
        FolderListing listing;
        try {
            listing = FolderListing.fromJson(output);
        } catch (ProblemException e) {
            failed(loaded, folder, memory, draft, e.problem().code() + ": " + e.getMessage(), now);
            return;
        }
        Found found = new Found();
        String unread = "";
        for (Map.Entry<String, List<FolderListing.Entry>> bucket :
                listing.buckets().entrySet()) {
            if (found.arrivals.size() >= MOST_ARRIVALS) {
                unread = bucket.getKey();
                break;
            }
            FolderChanges rules = new FolderChanges(now, memory.began, memory.first, listing.whole(), folder.settle());
            FolderChanges.Outcome outcome = rules.of(known(loaded, bucket.getKey()), bucket.getValue());
            found.add(trigger, memory, outcome, draftId(memory));
            if (outcome.digest().isEmpty()) {
                memory.digests.remove(bucket.getKey());
            } else {
                memory.digests.put(bucket.getKey(), outcome.digest());
            }
        }
        String rest = unread.isEmpty() ? listing.next() : unread;
        boolean complete = rest.isEmpty();
        memory.first &= !complete;
        memory.from = complete ? FolderDigest.bucket(0) : rest;
        memory.next = complete ? now.plus(folder.every()) : now;
        memory.problem = "";
        memory.failures = 0;
        draft.watch = new WatchStep(
                List.of(), List.of(), draft.watch.ending(), false, found.files, found.gone, found.arrivals, List.of());
    }

    private static String draftId(WatchMemory memory) {
        return memory.began.toEpochMilli() + "-";
    }

    private List<FolderChanges.Known> known(Loaded loaded, String bucket) {
        return store.triggers().files(loaded.factory(), loaded.name(), bucket).stream()
                .map(f -> new FolderChanges.Known(f.path(), f.settled(), f.seen(), f.since()))
                .toList();
    }

    /// What a listing brings, as it is written.
    private static final class Found {
        final List<WatchStep.KnownFile> files = new ArrayList<>();
        final List<String> gone = new ArrayList<>();
        final List<WatchStep.Arrival> arrivals = new ArrayList<>();

        void add(EventTrigger trigger, WatchMemory memory, FolderChanges.Outcome outcome, String ids) {
            outcome.changed()
                    .forEach(k -> files.add(new WatchStep.KnownFile(
                            FolderDigest.key(k.path()), k.path(), k.settled(), k.seen(), k.since())));
            outcome.gone().forEach(path -> gone.add(FolderDigest.key(path)));
            for (FolderChanges.Change change : outcome.changes()) {
                EventMatch.body(trigger, change, ids + (memory.sequence + 1))
                        .ifPresent(body -> arrivals.add(new WatchStep.Arrival(++memory.sequence, body)));
            }
        }
    }

    // ---- what goes wrong

    /// The next try is later each time. The first failure, and each that is another one, leaves a failed trigger run.
    private void failed(
            Loaded loaded, WatchedFolder folder, WatchMemory memory, Draft draft, String detail, Instant now) {
        memory.listing = null;
        memory.failures++;
        Duration pause = folder.every().multipliedBy(1L << Math.min(memory.failures, 10));
        memory.next = now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
        draft.due = memory.next;
        String why = (folder.queued() ? TriggerFaults.QUEUE_FAILED : TriggerFaults.LISTING_FAILED)
                .problem()
                .evidence("folder", folder.folder().isEmpty() ? "/" : folder.folder())
                .evidence("queue", folder.queued() ? folder.queue() : null)
                .evidence("store", folder.linkedService().name())
                .evidence("detail", detail)
                .build()
                .message();
        if (!why.equals(memory.problem)) {
            memory.problem = why;
            LOG.warn("trigger {} of {}: {}", loaded.name(), loaded.factory(), why);
            draft.records.add(record(loaded, why, now));
        }
    }

    private TriggerTransition.Record record(Loaded loaded, String why, Instant now) {
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
}
