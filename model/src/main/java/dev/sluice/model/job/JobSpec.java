package dev.sluice.model.job;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Everything a node needs to execute one attempt of one activity. All expressions are evaluated; secrets stand only
/// in their sealed form (see [dev.sluice.model.secret.SecretPlaces]).
///
/// @param kind the activity's type as Data Factory spells it, e.g. `Copy`
/// @param activityRunId the attempt's own id; also part of the names of files made for it
/// @param activity the evaluated activity document
/// @param inputs what is read, in order (Copy: one)
/// @param outputs what is written, in order (Copy: one)
/// @param linkedServices every other linked service the activity or its datasets refer to, e.g. a key vault or a
/// staging
///     store, by the name in the reference
public record JobSpec(
        String kind,
        String factoryName,
        String pipelineName,
        String runId,
        String activityRunId,
        String activityName,
        ObjectNode activity,
        List<Endpoint> inputs,
        List<Endpoint> outputs,
        Map<String, Resource> linkedServices) {
    public JobSpec {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        linkedServices = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(linkedServices));
    }

    /// A document reduced to what a node reads: its name and its evaluated `properties`.
    public record Resource(String name, ObjectNode properties) {
        /// `properties.type`.
        public String type() {
            return Place.root(properties).member("type").requiredText();
        }

        ObjectNode toJson() {
            ObjectNode json = Json.object();
            json.put("name", name);
            json.set("properties", properties);
            return json;
        }

        static Resource fromJson(Place json) {
            return new Resource(json.member("name").requiredText(), object(json.member("properties")));
        }
    }

    /// One end of a copy: a dataset and the linked service it lies behind.
    public record Endpoint(Resource dataset, Resource linkedService) {
        ObjectNode toJson() {
            ObjectNode json = Json.object();
            json.set("dataset", dataset.toJson());
            json.set("linkedService", linkedService.toJson());
            return json;
        }

        static Endpoint fromJson(Place json) {
            return new Endpoint(
                    Resource.fromJson(json.member("dataset")), Resource.fromJson(json.member("linkedService")));
        }
    }

    /// The same with another form of the activity.
    public JobSpec with(ObjectNode document) {
        return new JobSpec(
                kind,
                factoryName,
                pipelineName,
                runId,
                activityRunId,
                activityName,
                document,
                inputs,
                outputs,
                linkedServices);
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("kind", kind);
        json.put("factoryName", factoryName);
        json.put("pipelineName", pipelineName);
        json.put("runId", runId);
        json.put("activityRunId", activityRunId);
        json.put("activityName", activityName);
        json.set("activity", activity);
        ArrayNode in = json.putArray("inputs");
        inputs.forEach(e -> in.add(e.toJson()));
        ArrayNode out = json.putArray("outputs");
        outputs.forEach(e -> out.add(e.toJson()));
        ObjectNode services = json.putObject("linkedServices");
        linkedServices.forEach((name, resource) -> services.set(name, resource.toJson()));
        return json;
    }

    public static JobSpec fromJson(JsonNode node) {
        Place json = Place.root(node);
        Map<String, Resource> services = new LinkedHashMap<>();
        json.member("linkedServices").members().forEach((name, p) -> services.put(name, Resource.fromJson(p)));
        return new JobSpec(
                json.member("kind").requiredText(),
                json.member("factoryName").requiredText(),
                json.member("pipelineName").requiredText(),
                json.member("runId").requiredText(),
                json.member("activityRunId").requiredText(),
                json.member("activityName").requiredText(),
                object(json.member("activity")),
                json.member("inputs").items().stream().map(Endpoint::fromJson).toList(),
                json.member("outputs").items().stream().map(Endpoint::fromJson).toList(),
                services);
    }

    private static ObjectNode object(Place place) {
        if (place.json() instanceof ObjectNode object) {
            return object;
        }
        throw place.present() ? place.invalid("an object") : place.missing();
    }
}
