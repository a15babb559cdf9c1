package dev.sluice.local.factory;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.InnerLists;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Turns what Fabric writes differently in pipelines into Data Factory's: an InvokePipeline of a pipeline that is among
/// the documents becomes an ExecutePipeline, an ExecutePipeline that names a pipeline by its id names it by its name,
/// variables of libraries get their values. Calls of other pipelines stay as they are and fail when they are reached.
public final class FabricPipelines {
    private static final String INVOKE = "InvokePipeline";
    private static final String EXECUTE = "ExecutePipeline";

    private final Map<String, String> ids;
    private final FabricWorkspace workspace;
    private final List<Document> documents;

    private FabricPipelines(List<FactoryDocument> documents) {
        this.workspace = FabricWorkspace.of(documents);
        this.ids = workspace.ids();
        this.documents = documents.stream().map(FactoryDocument::document).toList();
    }

    /// The documents as they can be run; those that Data Factory could have written come back as they are.
    static List<Document> converted(List<FactoryDocument> documents) {
        FabricPipelines fabric = new FabricPipelines(documents);
        return fabric.documents.stream()
                .map(d -> d.kind() == DocumentKind.PIPELINE ? fabric.pipeline(d) : d)
                .toList();
    }

    /// The pipeline among these documents that an InvokePipeline calls; empty for other activities and calls of others.
    ///
    /// @param ids names of pipelines by their ids in lower case
    public static Optional<String> called(Place activity, Map<String, String> ids, List<Document> documents) {
        Place properties = activity.member("typeProperties");
        String operation = properties.member("operationType").json().asString("InvokeFabricPipeline");
        if (!type(activity).equalsIgnoreCase(INVOKE) || !operation.equalsIgnoreCase("InvokeFabricPipeline")) {
            return Optional.empty();
        }
        String id = properties.member("pipelineId").json().asString("");
        return Optional.ofNullable(ids.get(id.toLowerCase(Locale.ROOT))).or(() -> named(documents, id));
    }

    private static Optional<String> named(List<Document> documents, String name) {
        return documents.stream()
                .filter(d -> d.kind() == DocumentKind.PIPELINE && d.name().equalsIgnoreCase(name))
                .map(Document::name)
                .findFirst();
    }

    private static String type(Place activity) {
        return activity.member("type").json().asString("");
    }

    private Document pipeline(Document document) {
        ObjectNode json = document.json().deepCopy();
        Place properties = Place.root(json).member("properties");
        boolean changed = list(properties.member("activities"));
        changed |= variables(document.name(), properties.member("libraryVariables"));
        return changed ? new Document(DocumentKind.PIPELINE, document.name(), json) : document;
    }

    private boolean list(Place activities) {
        boolean changed = false;
        if (activities.json().isArray()) {
            for (Place activity : activities.items()) {
                if (activity.json() instanceof ObjectNode own
                        && activity.member("typeProperties").json() instanceof ObjectNode properties) {
                    changed |= activity(activity, own, properties);
                }
                for (Place inner : InnerLists.of(activity)) {
                    changed |= list(inner);
                }
            }
        }
        return changed;
    }

    private boolean activity(Place activity, ObjectNode own, ObjectNode properties) {
        Optional<String> invoked = called(activity, ids, documents);
        if (invoked.isPresent()) {
            own.put("type", EXECUTE);
            own.remove("externalReferences");
            List.of("operationType", "pipelineId", "workspaceId").forEach(properties::remove);
            properties.set(
                    "pipeline",
                    Json.object().put("referenceName", invoked.get()).put("type", "PipelineReference"));
            return true;
        }
        if (type(activity).equalsIgnoreCase(EXECUTE)
                && activity.at("typeProperties", "pipeline").json() instanceof ObjectNode reference) {
            String name = reference.path("referenceName").asString("");
            String meant = ids.get(name.toLowerCase(Locale.ROOT));
            if (meant != null && named(documents, name).isEmpty()) {
                reference.put("referenceName", meant);
                return true;
            }
        }
        return false;
    }

    /// Puts the value beside each variable, where `pipeline().libraryVariables` reads it.
    private boolean variables(String pipeline, Place variables) {
        boolean changed = false;
        if (variables.json().isObject()) {
            for (Place variable : variables.members().values()) {
                if (variable.json() instanceof ObjectNode own && !own.has("value")) {
                    var value = workspace.variable(
                            pipeline,
                            own.path("libraryName").asString(""),
                            own.path("variableName").asString(""));
                    value.ifPresent(v -> own.set("value", v));
                    changed |= value.isPresent();
                }
            }
        }
        return changed;
    }
}
