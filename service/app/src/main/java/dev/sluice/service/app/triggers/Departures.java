package dev.sluice.service.app.triggers;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Factory;
import dev.sluice.model.Json;
import dev.sluice.model.Parameter;
import dev.sluice.model.Pipeline;
import dev.sluice.model.run.InvokedBy;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.model.run.TriggerRunStatus;
import dev.sluice.model.run.TriggerWindow;
import dev.sluice.model.trigger.OtherTrigger;
import dev.sluice.model.trigger.RerunTumblingWindowTrigger;
import dev.sluice.model.trigger.Trigger;
import dev.sluice.model.trigger.TriggeredPipeline;
import dev.sluice.model.trigger.TumblingWindowTrigger;
import dev.sluice.service.app.http.RefusedException;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.run.RunRequest;
import dev.sluice.service.run.trigger.Arrival;
import dev.sluice.service.run.trigger.Windows;
import dev.sluice.service.store.RunTransition;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import dev.sluice.service.store.TriggerTransition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The pipeline runs that triggers start: arguments, identities, and what is to be written for them. Thread-safe.
final class Departures {
    private static final int LONGEST_OCCURRENCE = 300;

    private final Store store;
    private final Dispatcher dispatcher;

    Departures(Store store, Dispatcher dispatcher) {
        this.store = store;
        this.dispatcher = dispatcher;
    }

    /// Something to fire for.
    ///
    /// @param context what `trigger()` reads
    /// @param group of the trigger run when it is a rerun; null: its own
    record Firing(
            String occurrence,
            ObjectNode context,
            Map<String, String> properties,
            Instant now,
            @Nullable String group) {}

    /// Windows whose runs begin, and those whose runs cannot.
    record Begun(List<RunTransition> starts, List<TriggerWindow> failed) {}

    /// One pipeline of one firing: a request, or why there is none.
    private record Wanted(
            int firing,
            TriggeredPipeline pipeline,
            @Nullable RunRequest request,
            String problem) {}

    String newId() {
        return UUID.randomUUID().toString();
    }

    void cancel(String pipelineRun, String by) {
        dispatcher.cancel(pipelineRun, by, true);
    }

    /// Prepares firings and has them written.
    ///
    /// @param write writes them with the trigger's step; false when it was overtaken
    boolean fire(
            StoredDocument document,
            Trigger trigger,
            List<Firing> firings,
            Predicate<List<TriggerTransition.Fire>> write) {
        List<Wanted> wanted = new ArrayList<>();
        List<String> ids = firings.stream().map(f -> newId()).toList();
        for (int i = 0; i < firings.size(); i++) {
            Firing firing = firings.get(i);
            Arrival arrival = arrival(document, trigger, ids.get(i), firing.context(), firing.now());
            for (TriggeredPipeline pipeline : trigger.pipelines()) {
                wanted.add(wanted(i, document, arrival, pipeline, newId()));
            }
        }
        return starting(wanted, outcome -> {
            List<TriggerTransition.Fire> fires = new ArrayList<>();
            for (int i = 0; i < firings.size(); i++) {
                fires.add(fire(document, trigger, firings.get(i), ids.get(i), outcome.of(i)));
            }
            return write.test(fires);
        });
    }

    private static TriggerTransition.Fire fire(
            StoredDocument document, Trigger trigger, Firing firing, String id, List<Started> outcomes) {
        Map<String, String> pipelines = new LinkedHashMap<>();
        List<RunTransition> starts = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Started outcome : outcomes) {
            if (outcome.transition() == null) {
                problems.add(outcome.problem());
            } else {
                starts.add(outcome.transition());
                pipelines.put(outcome.pipeline(), outcome.transition().runId());
            }
        }
        TriggerRun run = new TriggerRun(
                id,
                firing.group() == null ? id : firing.group(),
                true,
                document.document().name(),
                trigger.type(),
                firing.now(),
                firing.now(),
                problems.isEmpty() ? TriggerRunStatus.SUCCEEDED : TriggerRunStatus.FAILED,
                String.join(" ", problems),
                firing.properties(),
                pipelines,
                Json.object());
        return new TriggerTransition.Fire(
                firing.occurrence(), new TriggerTransition.Record(run, firing.context()), starts);
    }

    /// Prepares the runs of windows and has them written.
    boolean begin(
            StoredDocument document,
            TumblingWindowTrigger trigger,
            List<TriggerWindow> windows,
            Instant now,
            Predicate<Begun> write) {
        List<Wanted> wanted = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            TriggerWindow window = windows.get(i);
            ObjectNode context = Arrival.windowed(document.document().name(), window.start(), window.end(), now);
            Arrival arrival = arrival(document, trigger, window.run().triggerRunId(), context, now);
            TriggeredPipeline pipeline = trigger.pipelines().getFirst();
            String runId = window.pipelineRunId() == null ? newId() : window.pipelineRunId();
            wanted.add(wanted(i, document, arrival, pipeline, runId));
        }
        return starting(wanted, outcome -> {
            List<RunTransition> starts = new ArrayList<>();
            List<TriggerWindow> failed = new ArrayList<>();
            for (int i = 0; i < windows.size(); i++) {
                Started started = outcome.of(i).getFirst();
                if (started.transition() != null) {
                    starts.add(started.transition());
                } else {
                    failed.add(failed(windows.get(i), started.problem(), now));
                }
            }
            return write.test(new Begun(starts, failed));
        });
    }

    private static TriggerWindow failed(TriggerWindow window, String why, Instant now) {
        TriggerRun run = window.run();
        return new TriggerWindow(
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
                        TriggerRunStatus.FAILED,
                        why,
                        run.properties(),
                        Map.of(),
                        run.dependencyStatus()),
                null,
                window.attempt(),
                window.since(),
                null);
    }

    /// A pipeline's run that will be written, or why there is none.
    private record Started(
            int firing, String pipeline, @Nullable RunTransition transition, String problem) {}

    private record Outcome(List<Started> all) {
        List<Started> of(int firing) {
            return all.stream().filter(s -> s.firing() == firing).toList();
        }
    }

    private boolean starting(List<Wanted> wanted, Predicate<Outcome> write) {
        List<RunRequest> requests = new ArrayList<>();
        wanted.forEach(w -> {
            if (w.request() != null) {
                requests.add(w.request());
            }
        });
        return dispatcher.starting(requests, prepared -> {
            Map<String, Dispatcher.Prepared> byRun = new LinkedHashMap<>();
            for (int i = 0; i < requests.size(); i++) {
                byRun.put(requests.get(i).identity().runId(), prepared.get(i));
            }
            return write.test(
                    new Outcome(wanted.stream().map(w -> started(w, byRun)).toList()));
        });
    }

    private static Started started(Wanted wanted, Map<String, Dispatcher.Prepared> prepared) {
        String name = wanted.pipeline().name();
        RunRequest request = wanted.request();
        if (request == null) {
            return new Started(wanted.firing(), name, null, wanted.problem());
        }
        return switch (prepared.get(request.identity().runId())) {
            case Dispatcher.Prepared.Ready ready -> new Started(wanted.firing(), name, ready.transition(), "");
            case Dispatcher.Prepared.Refused(List<Problem> problems) ->
                new Started(wanted.firing(), name, null, dev.sluice.service.app.triggers.Firing.message(problems));
            case null -> throw new IllegalStateException("a request was not prepared");
        };
    }

    private Arrival arrival(StoredDocument document, Trigger trigger, String id, ObjectNode context, Instant now) {
        return new Arrival(
                factoryName(document.factory()),
                document.document().name(),
                trigger.type(),
                id,
                context,
                now,
                UUID.fromString(id).getLeastSignificantBits());
    }

    String factoryName(String factory) {
        return store.documents().factory(factory).map(f -> f.document().name()).orElse(factory);
    }

    private Wanted wanted(
            int firing, StoredDocument document, Arrival arrival, TriggeredPipeline pipeline, String runId) {
        Optional<Document> found = pipeline(document.factory(), pipeline.name());
        if (found.isEmpty()) {
            return new Wanted(firing, pipeline, null, missing(pipeline).message());
        }
        try {
            ObjectNode arguments = arrival.arguments(pipeline, globals(document.factory()));
            InvokedBy by = new InvokedBy(arrival.triggerRunId(), arrival.trigger(), arrival.type(), null, null);
            RunIdentity identity =
                    new RunIdentity(arrival.factory(), runId, runId, by, arrival.at(), arrival.context(), Map.of());
            return new Wanted(firing, pipeline, new RunRequest(identity, found.get(), arguments), "");
        } catch (ProblemException e) {
            return new Wanted(firing, pipeline, null, e.problem().message());
        }
    }

    private ObjectNode globals(String factory) {
        return store.documents()
                .factory(factory)
                .map(f -> Factory.of(f.document()).globalValues())
                .orElseGet(Json::object);
    }

    private Optional<Document> pipeline(String factory, String name) {
        return store.documents().find(factory, DocumentKind.PIPELINE, name).map(StoredDocument::document);
    }

    private static Problem missing(TriggeredPipeline pipeline) {
        return DocumentFaults.REFERENCE_MISSING
                .problem()
                .at(pipeline.pointer())
                .evidence("object", DocumentKind.PIPELINE.word())
                .evidence("name", pipeline.name())
                .build();
    }

    // ---- before a trigger is started

    /// Refuses a trigger that could never start its pipelines.
    void check(StoredDocument document, Trigger trigger) {
        String name = document.document().name();
        if (trigger instanceof OtherTrigger other) {
            throw TriggerFaults.TYPE_UNSUPPORTED.with("trigger", name, "type", other.type());
        }
        if (trigger.pipelines().isEmpty() && !(trigger instanceof RerunTumblingWindowTrigger)) {
            throw TriggerFaults.NO_PIPELINE.with("trigger", name);
        }
        List<Problem> problems = new ArrayList<>();
        for (TriggeredPipeline triggered : trigger.pipelines()) {
            pipeline(document.factory(), triggered.name())
                    .ifPresentOrElse(
                            found -> problems.addAll(parameters(triggered, Pipeline.of(found))),
                            () -> problems.add(missing(triggered)));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        if (trigger instanceof TumblingWindowTrigger windows) {
            acyclic(document, windows);
        }
    }

    /// Arguments that are missing or unknown; what type they have is known when they are evaluated.
    private static List<Problem> parameters(TriggeredPipeline triggered, Pipeline pipeline) {
        List<Problem> problems = new ArrayList<>();
        Set<String> given = new HashSet<>();
        for (Map.Entry<String, JsonNode> argument : triggered.parameters().properties()) {
            given.add(argument.getKey().toLowerCase(Locale.ROOT));
            boolean known =
                    pipeline.parameters().keySet().stream().anyMatch(p -> p.equalsIgnoreCase(argument.getKey()));
            if (!known) {
                problems.add(DocumentFaults.PARAMETER_UNKNOWN
                        .problem()
                        .at(triggered.pointer() + "/"
                                + argument.getKey().replace("~", "~0").replace("/", "~1"))
                        .evidence("parameter", argument.getKey())
                        .evidence("object", "pipeline '" + pipeline.name() + "'")
                        .evidence(
                                "parameters",
                                pipeline.parameters().isEmpty()
                                        ? "none"
                                        : String.join(
                                                ", ", pipeline.parameters().keySet()))
                        .build());
            }
        }
        for (Parameter parameter : pipeline.parameters().values()) {
            if (parameter.defaultValue() == null
                    && !given.contains(parameter.name().toLowerCase(Locale.ROOT))) {
                problems.add(DocumentFaults.PARAMETER_MISSING
                        .problem()
                        .at(triggered.pointer())
                        .evidence("parameter", parameter.name())
                        .evidence("object", "pipeline '" + pipeline.name() + "'")
                        .build());
            }
        }
        return problems;
    }

    /// Refuses to wait for what is no tumbling window trigger, or waits for this one.
    private void acyclic(StoredDocument document, TumblingWindowTrigger trigger) {
        String name = document.document().name();
        List<String> open = new ArrayList<>(Windows.upstream(trigger));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < open.size(); i++) {
            String next = open.get(i);
            if (next.equalsIgnoreCase(name)) {
                throw TriggerFaults.DEPENDENCY_INVALID.with(
                        "trigger", name, "dependency", next, "detail", "it would wait for itself.");
            }
            if (seen.add(next.toLowerCase(Locale.ROOT))) {
                Function<Document, Trigger> read = Trigger::of;
                Trigger found = store.documents()
                        .find(document.factory(), DocumentKind.TRIGGER, next)
                        .map(StoredDocument::document)
                        .map(read)
                        .orElse(null);
                if (!(found instanceof TumblingWindowTrigger windows)) {
                    throw TriggerFaults.DEPENDENCY_INVALID.with(
                            "trigger",
                            name,
                            "dependency",
                            next,
                            "detail",
                            found == null ? "there is none." : "it is a " + found.type() + ".");
                }
                open.addAll(Windows.upstream(windows));
            }
        }
    }

    /// A text that is short enough for a key, and as unique.
    static String shortened(String text) {
        return text.length() <= LONGEST_OCCURRENCE
                ? text
                : text.substring(0, 100) + " " + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
