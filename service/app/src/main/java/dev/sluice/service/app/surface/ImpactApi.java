package dev.sluice.service.app.surface;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Mention;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a failing store, runtime or other document touches: everything in its factory that leads to it by references,
/// directly or through others, and the runs under way of the pipelines among that.
public final class ImpactApi {
    private static final String PATH = "/api/v1/factories/{factory}/impact/{kind}/{name}";

    /// Most runs told.
    private static final int MOST_RUNS = 1_000;

    private final Store store;
    private final DocumentApi documents;

    public ImpactApi(Store store, DocumentApi documents) {
        this.store = store;
        this.documents = documents;
    }

    public void addTo(Routes routes) {
        routes.add("GET", PATH, Permission.READ, this::impact);
    }

    /// A document and what it leads through, in the order found.
    private record Affected(Document document, List<Document> through) {}

    private Answer impact(Call call) {
        String factory = documents.requireFactory(call).document().name();
        String segment = call.variable("kind");
        DocumentKind kind = DocumentKind.byPath(segment)
                .orElseThrow(() -> ServiceFaults.BAD_REQUEST.with(
                        "detail", "'" + segment + "' is no kind of a resource, such as integrationRuntimes"));
        String name = call.variable("name");
        StoredDocument asked = store.documents()
                .find(factory, kind, name)
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", kind.word(), "name", name));
        List<Affected> affected = affected(asked.document(), all(factory));
        ObjectNode json = Json.object();
        json.put("kind", kind.word()).put("name", asked.document().name());
        ArrayNode value = json.putArray("value");
        List<String> pipelines = new ArrayList<>();
        for (Affected each : affected) {
            Document document = each.document();
            ObjectNode one =
                    value.addObject().put("kind", document.kind().word()).put("name", document.name());
            ArrayNode through = one.putArray("through");
            each.through().forEach(t -> through.add(shown(t)));
            if (document.kind() == DocumentKind.TRIGGER) {
                boolean started = store.triggers()
                        .find(factory, document.name())
                        .map(t -> t.started())
                        .orElse(false);
                one.put("runtimeState", started ? "Started" : "Stopped");
            }
            if (document.kind() == DocumentKind.PIPELINE) {
                pipelines.add(document.name());
            }
        }
        if (kind == DocumentKind.PIPELINE) {
            pipelines.add(asked.document().name());
        }
        runs(factory, pipelines, json.putArray("runs"));
        return Answer.ok(json);
    }

    private List<Document> all(String factory) {
        return store.documents().everything(factory).stream()
                .map(StoredDocument::document)
                .toList();
    }

    private static List<Affected> affected(Document asked, List<Document> all) {
        Map<String, List<Document>> mentioning = new LinkedHashMap<>();
        for (Document document : all) {
            Mention.all(document).stream()
                    .map(m -> key(m.kind(), m.name()))
                    .distinct()
                    .forEach(key -> mentioning
                            .computeIfAbsent(key, k -> new ArrayList<>())
                            .add(document));
        }
        Map<String, Affected> found = new LinkedHashMap<>();
        Deque<Document> open = new ArrayDeque<>(List.of(asked));
        String own = key(asked);
        while (!open.isEmpty()) {
            Document next = open.remove();
            for (Document user : mentioning.getOrDefault(key(next), List.of())) {
                if (key(user).equals(own)) {
                    continue;
                }
                Affected known = found.get(key(user));
                if (known == null) {
                    found.put(key(user), new Affected(user, new ArrayList<>(List.of(next))));
                    open.add(user);
                } else {
                    known.through().add(next);
                }
            }
        }
        return List.copyOf(found.values());
    }

    private void runs(String factory, List<String> pipelines, ArrayNode out) {
        // A condition has so many values; factories with more pipelines are asked in parts.
        for (int from = 0; from < pipelines.size() && out.size() < MOST_RUNS; from += RunFilter.MAX_VALUES) {
            List<String> some = pipelines.subList(from, Math.min(pipelines.size(), from + RunFilter.MAX_VALUES));
            RunFilter filter = RunFilter.parse(asking(some));
            for (PipelineRun run : store.runs()
                    .pipelineRuns(factory, filter, MOST_RUNS - out.size())
                    .value()) {
                out.addObject()
                        .put("runId", run.runId())
                        .put("pipelineName", run.pipelineName())
                        .put("status", run.status().word())
                        .put("runStart", run.runStart() == null ? null : Timestamps.format(run.runStart()));
            }
        }
    }

    private static ObjectNode asking(List<String> pipelines) {
        ObjectNode filter = Json.object();
        filter.put("lastUpdatedAfter", Timestamps.format(Instant.EPOCH));
        filter.put("lastUpdatedBefore", "9999-01-01T00:00:00Z");
        ArrayNode conditions = filter.putArray("filters");
        conditions
                .addObject()
                .put("operand", "Status")
                .put("operator", "In")
                .putArray("values")
                .add("Queued")
                .add("InProgress")
                .add("Canceling");
        ArrayNode names = conditions
                .addObject()
                .put("operand", "PipelineName")
                .put("operator", "In")
                .putArray("values");
        pipelines.forEach(names::add);
        return filter;
    }

    private static String shown(Document document) {
        return document.kind().word() + " '" + document.name() + "'";
    }

    private static String key(Document document) {
        return key(document.kind(), document.name());
    }

    private static String key(DocumentKind kind, String name) {
        return kind + "/" + name.toLowerCase(Locale.ROOT);
    }
}
