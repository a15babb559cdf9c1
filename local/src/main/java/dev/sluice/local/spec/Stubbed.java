package dev.sluice.local.spec;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.service.run.Definitions;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The factory's documents as a test's run sees them. Every activity that the service does not decide by itself becomes
/// a copy between two datasets that say nothing, with the activity as it was among its type properties: so it is
/// evaluated, tried again, timed out and stopped exactly as any job, and needs neither datasets nor linked services.
final class Stubbed implements Definitions {
    /// The member that holds the activity as it was.
    static final String ORIGINAL = "original";

    /// Types that are decided without a node.
    private static final Set<String> DECIDED = Set.of(
            "wait",
            "setvariable",
            "appendvariable",
            "fail",
            "filter",
            "ifcondition",
            "switch",
            "foreach",
            "until",
            "executepipeline");

    private static final Set<String> INNER =
            Set.of("activities", "iftrueactivities", "iffalseactivities", "cases", "defaultactivities");

    /// Members that hold expressions and are evaluated with the activity.
    private static final Set<String> EVALUATED = Set.of("typeproperties", "inputs", "outputs", "linkedservicename");

    private final Map<String, Document> pipelines = new HashMap<>();
    private final Map<String, String> types = new HashMap<>();
    private final ObjectNode globals;

    /// @param replaced whether a call of a pipeline is answered for by a stub; asked with the activity's name
    Stubbed(Iterable<Document> documents, ObjectNode globals, java.util.function.Predicate<String> replaced) {
        this.globals = globals;
        for (Document document : documents) {
            if (document.kind() == DocumentKind.PIPELINE) {
                ObjectNode json = document.json().deepCopy();
                JsonNode properties = member(json, "properties");
                activities(document.name(), member(properties, "activities"), replaced);
                pipelines.put(
                        document.name().toLowerCase(Locale.ROOT),
                        new Document(DocumentKind.PIPELINE, document.name(), json));
            }
        }
    }

    private void activities(String pipeline, JsonNode list, java.util.function.Predicate<String> replaced) {
        if (!(list instanceof ArrayNode array)) {
            return;
        }
        for (int i = 0; i < array.size(); i++) {
            if (array.get(i) instanceof ObjectNode activity) {
                String type = member(activity, "type").asString("").toLowerCase(Locale.ROOT);
                String name = member(activity, "name").asString("");
                types.put(key(pipeline, name), member(activity, "type").asString(""));
                boolean decided = DECIDED.contains(type) && !(type.equals("executepipeline") && replaced.test(name));
                if (decided) {
                    inner(pipeline, member(activity, "typeProperties"), replaced);
                } else {
                    array.set(i, job(activity));
                }
            }
        }
    }

    private void inner(String pipeline, JsonNode properties, java.util.function.Predicate<String> replaced) {
        for (Map.Entry<String, JsonNode> e : properties.properties()) {
            String name = e.getKey().toLowerCase(Locale.ROOT);
            if (name.equals("cases")) {
                e.getValue().forEach(one -> activities(pipeline, member(one, "activities"), replaced));
            } else if (INNER.contains(name)) {
                activities(pipeline, e.getValue(), replaced);
            }
        }
    }

    /// The type of an activity as it was written.
    String type(String pipeline, String activity) {
        return types.getOrDefault(key(pipeline, activity), "");
    }

    private static String key(String pipeline, String activity) {
        return (pipeline + "/" + activity).toLowerCase(Locale.ROOT);
    }

    private static ObjectNode job(ObjectNode activity) {
        ObjectNode job = Json.object();
        ObjectNode original = Json.object();
        for (Map.Entry<String, JsonNode> e : activity.properties()) {
            if (EVALUATED.contains(e.getKey().toLowerCase(Locale.ROOT))) {
                original.set(e.getKey(), e.getValue());
            } else {
                job.set(e.getKey(), e.getValue());
            }
        }
        job.remove("type");
        job.put("type", "Copy");
        timeout(activity, job);
        ObjectNode properties = job.putObject("typeProperties");
        properties.putObject("source").put("type", "Stub");
        properties.putObject("sink").put("type", "Stub");
        properties.set(ORIGINAL, original);
        for (String side : new String[] {"inputs", "outputs"}) {
            job.putArray(side).addObject().put("referenceName", "stub").put("type", "DatasetReference");
        }
        return job;
    }

    /// Validations and webhooks have their timeout among the type properties.
    private static void timeout(ObjectNode activity, ObjectNode job) {
        JsonNode timeout = member(member(activity, "typeProperties"), "timeout");
        String type = member(activity, "type").asString("");
        if (timeout.isString() && (type.equalsIgnoreCase("Validation") || type.equalsIgnoreCase("WebHook"))) {
            ObjectNode policy = member(job, "policy") instanceof ObjectNode given ? given.deepCopy() : Json.object();
            policy.set("timeout", timeout);
            job.set("policy", policy);
        }
    }

    static JsonNode member(JsonNode object, String name) {
        for (Map.Entry<String, JsonNode> e : object.properties()) {
            if (e.getKey().equalsIgnoreCase(name)) {
                return e.getValue();
            }
        }
        return tools.jackson.databind.node.MissingNode.getInstance();
    }

    @Override
    public @Nullable Document find(DocumentKind kind, String name) {
        return switch (kind) {
            case PIPELINE -> pipelines.get(name.toLowerCase(Locale.ROOT));
            case DATASET ->
                empty(
                        kind,
                        name,
                        "{\"type\":\"Stub\",\"linkedServiceName\":{\"referenceName\":\"stub\","
                                + "\"type\":\"LinkedServiceReference\"},\"typeProperties\":{}}");
            case LINKED_SERVICE -> empty(kind, name, "{\"type\":\"Stub\",\"typeProperties\":{}}");
            case INTEGRATION_RUNTIME -> empty(kind, name, "{\"type\":\"SelfHosted\"}");
            case FACTORY,
                    TRIGGER,
                    DATA_FLOW,
                    CREDENTIAL,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    MANAGED_PRIVATE_ENDPOINT,
                    CHANGE_DATA_CAPTURE -> null;
        };
    }

    private static Document empty(DocumentKind kind, String name, String properties) {
        ObjectNode json = Json.object();
        json.put("name", name);
        json.set("properties", Json.parse(properties));
        return new Document(kind, name, json);
    }

    @Override
    public ObjectNode globalParameters() {
        return globals;
    }
}
