package dev.sluice.local;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.run.InvokedBy;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.trigger.BlobEventsTrigger;
import dev.sluice.model.trigger.BlobTrigger;
import dev.sluice.model.trigger.CustomEventsTrigger;
import dev.sluice.model.trigger.EventTrigger;
import dev.sluice.model.trigger.OtherTrigger;
import dev.sluice.model.trigger.RerunTumblingWindowTrigger;
import dev.sluice.model.trigger.ScheduleTrigger;
import dev.sluice.model.trigger.Trigger;
import dev.sluice.model.trigger.TriggeredPipeline;
import dev.sluice.model.trigger.TumblingWindowTrigger;
import dev.sluice.service.run.Definitions;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.run.trigger.Arrival;
import dev.sluice.service.run.trigger.EventMatch;
import dev.sluice.service.run.trigger.FolderChanges;
import dev.sluice.service.run.trigger.Occurrences;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The start of a pipeline as a trigger would start it, without waiting for what the trigger waits for.
///
/// @param identity of the run; names the trigger
/// @param arguments the trigger's, evaluated
record TriggeredStart(String pipeline, RunIdentity identity, ObjectNode arguments) {
    /// How far it is looked back for an occurrence.
    private static final List<Duration> LOOK_BACK =
            List.of(Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(32), Duration.ofDays(400));

    /// What is given in place of what the trigger would wait for.
    ///
    /// @param at the scheduled time, or a time in the window; null: the latest one
    /// @param file the path of the file that came; null when none was given
    /// @param event the event that came; null when none was given
    record Given(
            @Nullable Instant at,
            @Nullable String file,
            @Nullable ObjectNode event) {}

    /// @param pipeline which of the trigger's pipelines; empty when it has one
    /// @throws ProblemException when the trigger is not there, does not start this pipeline,
    ///     or lacks what is given
    static TriggeredStart of(
            FactorySource factory, Definitions definitions, String name, String pipeline, Given given, Instant now) {
        Document document = definitions.find(DocumentKind.TRIGGER, name);
        if (document == null) {
            throw DocumentFaults.REFERENCE_MISSING
                    .problem()
                    .at("trigger")
                    .evidence("object", DocumentKind.TRIGGER.word())
                    .evidence("name", name)
                    .evidence("existing", String.join(", ", RunnableFactory.names(factory, DocumentKind.TRIGGER)))
                    .exception();
        }
        Trigger trigger = Trigger.of(document);
        String id = UUID.randomUUID().toString();
        ObjectNode context = context(document, trigger, given, id, now);
        Arrival arrival = new Arrival(
                factory.name(),
                document.name(),
                trigger.type(),
                id,
                context,
                now,
                UUID.fromString(id).getLeastSignificantBits());
        TriggeredPipeline started = chosen(document.name(), trigger, pipeline);
        String run = UUID.randomUUID().toString();
        RunIdentity identity = new RunIdentity(
                factory.name(),
                run,
                run,
                new InvokedBy(id, document.name(), trigger.type(), null, null),
                now,
                context,
                Map.of());
        return new TriggeredStart(started.name(), identity, arrival.arguments(started, definitions.globalParameters()));
    }

    private static TriggeredPipeline chosen(String name, Trigger trigger, String pipeline) {
        List<TriggeredPipeline> fitting = trigger.pipelines().stream()
                .filter(p -> pipeline.isEmpty() || p.name().equalsIgnoreCase(pipeline))
                .toList();
        if (fitting.size() == 1) {
            return fitting.getFirst();
        }
        if (trigger.pipelines().isEmpty()) {
            throw TriggerFaults.NO_PIPELINE.with("trigger", name);
        }
        throw TriggerFaults.PIPELINE_AMBIGUOUS.with(
                "trigger",
                name,
                "pipelines",
                String.join(
                        ", ",
                        trigger.pipelines().stream()
                                .map(TriggeredPipeline::name)
                                .toList()));
    }

    private static ObjectNode context(Document document, Trigger trigger, Given given, String id, Instant now) {
        String name = document.name();
        return switch (trigger) {
            case ScheduleTrigger schedule ->
                Arrival.scheduled(name, given.at() != null ? given.at() : latest(name, schedule, now), now);
            case TumblingWindowTrigger windows -> windowed(name, windows, given, now);
            case EventTrigger events -> Arrival.happened(name, body(name, events, given, id, now), now);
            case RerunTumblingWindowTrigger rerun -> throw unsupported(name, rerun);
            case OtherTrigger other -> throw unsupported(name, other);
        };
    }

    private static ProblemException unsupported(String name, Trigger trigger) {
        return TriggerFaults.TYPE_UNSUPPORTED.with("trigger", name, "type", trigger.type());
    }

    /// The last occurrence up to now, else the first one after.
    private static Instant latest(String name, ScheduleTrigger schedule, Instant now) {
        Occurrences occurrences = Occurrences.of(schedule.recurrence(), Instant.EPOCH);
        for (Duration back : LOOK_BACK) {
            Instant last = null;
            Optional<Instant> at = occurrences.next(now.minus(back));
            while (at.isPresent() && !at.get().isAfter(now)) {
                last = at.get();
                at = occurrences.next(last.plusNanos(1));
            }
            if (last != null) {
                return last;
            }
        }
        return occurrences.next(now).orElseThrow(() -> TriggerFaults.END_IN_PAST.with("trigger", name, "now", now));
    }

    private static ObjectNode windowed(String name, TumblingWindowTrigger windows, Given given, Instant now) {
        Instant start = given.at() != null ? given.at() : lastWindow(windows, now);
        if (start.isBefore(windows.startTime())) {
            throw TriggerFaults.WINDOW_MISSING.with(
                    "trigger", name, "time", Timestamps.format(start), "start", Timestamps.format(windows.startTime()));
        }
        Instant begin = windows.begin(start);
        return Arrival.windowed(name, begin, windows.end(begin), now);
    }

    /// The start of the last window that has ended, else of the first one.
    private static Instant lastWindow(TumblingWindowTrigger windows, Instant now) {
        if (now.isBefore(windows.end(windows.startTime()))) {
            return windows.startTime();
        }
        Instant open = windows.begin(now);
        return windows.begin(open.minusMillis(1));
    }

    private static ObjectNode body(String name, EventTrigger trigger, Given given, String id, Instant now) {
        if (given.event() != null) {
            return EventMatch.body(trigger, given.event())
                    .orElseThrow(() -> TriggerFaults.EVENT_NOT_MEANT.with("trigger", name, "what", "the event"));
        }
        return switch (trigger) {
            case CustomEventsTrigger custom ->
                throw TriggerFaults.EVENT_NEEDED.with("trigger", name, "option", "--event");
            case BlobEventsTrigger blobs -> file(name, trigger, given, id, now);
            case BlobTrigger blobs -> file(name, trigger, given, id, now);
        };
    }

    private static ObjectNode file(String name, EventTrigger trigger, Given given, String id, Instant now) {
        if (given.file() == null) {
            throw TriggerFaults.EVENT_NEEDED.with("trigger", name, "option", "--file");
        }
        String path = given.file().replaceAll("^/+", "");
        BlobEventsTrigger.Event event =
                trigger instanceof BlobEventsTrigger blobs && !blobs.events().contains(BlobEventsTrigger.Event.CREATED)
                        ? BlobEventsTrigger.Event.DELETED
                        : BlobEventsTrigger.Event.CREATED;
        FolderChanges.Change change = new FolderChanges.Change(event, path, 1, now, id);
        return EventMatch.body(trigger, change, id)
                .orElseThrow(() -> TriggerFaults.EVENT_NOT_MEANT.with("trigger", name, "what", "file " + path));
    }
}
