package dev.sluice.service.run;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.Policy;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.run.InvokedBy;
import dev.sluice.model.run.RunStatus;
import dev.sluice.model.run.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The stored form of a [RunState]. Members that are empty are left out; a reader takes what is not there as empty.
final class RunStateCodec {
    private RunStateCodec() {}

    static ObjectNode write(RunState state) {
        RunIdentity identity = state.identity();
        ObjectNode json = Json.object();
        json.put("version", RunState.VERSION);
        json.put("factoryName", identity.factoryName());
        json.put("pipelineName", state.pipeline().name());
        json.put("runId", identity.runId());
        json.put("runGroupId", identity.runGroupId());
        json.set("invokedBy", identity.invokedBy().toJson());
        json.put("triggerTime", time(identity.triggerTime()));
        json.set("trigger", identity.trigger());
        texts(json, "runDimensions", identity.runDimensions());
        if (identity.parent() != null) {
            json.set("parent", write(identity.parent()));
        }
        json.put("status", state.status().word());
        putTime(json, "startedAt", state.startedAt());
        putTime(json, "endedAt", state.endedAt());
        json.put("updatedAt", time(state.updatedAt()));
        if (state.cancelledBy() != null) {
            json.put("cancelledBy", state.cancelledBy());
        }
        putText(json, "message", state.message());
        if (state.returnValue() != null) {
            json.set("returnValue", state.returnValue());
        }
        json.put("starts", state.starts());
        state.parameters().forEach(json.putObject("parameters")::set);
        state.variables().forEach(json.putObject("variables")::set);
        ObjectNode activities = json.putObject("activities");
        state.activities().forEach((path, activity) -> activities.set(path, write(activity)));
        json.set("pipeline", state.pipeline().json());
        return json;
    }

    private static ObjectNode write(Parent parent) {
        ObjectNode json = Json.object();
        json.put("runId", parent.runId());
        json.put("activity", parent.activity());
        json.put("attempt", parent.attempt());
        json.put("waits", parent.waits());
        json.put("depth", parent.depth());
        return json;
    }

    private static ObjectNode write(ActivityState activity) {
        ObjectNode json = Json.object();
        json.put("status", activity.status().name());
        if (activity.attempt() > 0) {
            json.put("attempt", activity.attempt());
            json.put("activityRunId", activity.activityRunId());
            json.set("policy", write(activity.policy()));
        }
        putTime(json, "startedAt", activity.startedAt());
        putTime(json, "endedAt", activity.endedAt());
        putNode(json, "input", activity.input());
        putNode(json, "output", activity.output());
        if (activity.error() != null) {
            json.set("error", activity.error().toJson());
        }
        texts(json, "userProperties", activity.userProperties());
        putText(json, "linkedServiceName", activity.linkedServiceName());
        putText(json, "runtime", activity.runtimeName());
        putText(json, "node", activity.node());
        if (activity.body() != null) {
            json.set("body", BodyCodec.write(activity.body()));
        }
        if (activity.bridge() != null) {
            json.set("bridge", activity.bridge().toJson());
        }
        return json;
    }

    private static ObjectNode write(Policy policy) {
        ObjectNode json = Json.object();
        json.put("timeout", policy.timeout().toString());
        json.put("retry", policy.retry());
        json.put("retryInterval", policy.retryInterval().toString());
        json.put("secureInput", policy.secureInput());
        json.put("secureOutput", policy.secureOutput());
        return json;
    }

    static RunState read(byte[] text) {
        Place json = Place.root(Json.parseStored(text));
        Place version = json.member("version");
        if (version.whole().orElse(0) < 1 || version.whole().orElse(0) > RunState.VERSION) {
            throw version.invalid("a version of the stored form from 1 to " + RunState.VERSION);
        }
        Place status = json.member("status");
        return new RunState(
                identity(json),
                new Document(
                        DocumentKind.PIPELINE,
                        json.member("pipelineName").requiredText(),
                        object(json.member("pipeline"))),
                nodes(json.member("parameters")),
                nodes(json.member("variables")),
                RunStatus.of(status.requiredText()).orElseThrow(() -> status.invalid("a run status")),
                optionalTime(json.member("startedAt")),
                optionalTime(json.member("endedAt")),
                requiredTime(json.member("updatedAt")),
                json.member("cancelledBy").text().orElse(null),
                json.member("message").text().orElse(""),
                json.member("returnValue").present() ? object(json.member("returnValue")) : null,
                json.member("starts").whole(0, Long.MAX_VALUE).orElse(0),
                activities(json.member("activities")));
    }

    private static RunIdentity identity(Place json) {
        return new RunIdentity(
                json.member("factoryName").requiredText(),
                json.member("runId").requiredText(),
                json.member("runGroupId").requiredText(),
                InvokedBy.fromJson(json.member("invokedBy")),
                requiredTime(json.member("triggerTime")),
                object(json.member("trigger")),
                texts(json.member("runDimensions")),
                json.member("parent").present() ? parent(json.member("parent")) : null);
    }

    private static Parent parent(Place json) {
        return new Parent(
                json.member("runId").requiredText(),
                json.member("activity").requiredText(),
                (int) json.member("attempt").whole(0, Integer.MAX_VALUE).orElse(0),
                json.member("waits").flag().orElse(false),
                (int) json.member("depth").whole(0, Integer.MAX_VALUE).orElse(1));
    }

    private static Map<String, ActivityState> activities(Place json) {
        Map<String, ActivityState> activities = new LinkedHashMap<>();
        json.members().forEach((path, place) -> activities.put(path, activity(place)));
        return activities;
    }

    private static ActivityState activity(Place json) {
        Place status = json.member("status");
        Place error = json.member("error");
        Place body = json.member("body");
        Place bridge = json.member("bridge");
        return new ActivityState(
                ActivityStatus.valueOf(status.requiredText()),
                (int) json.member("attempt").whole(0, Integer.MAX_VALUE).orElse(0),
                json.member("activityRunId").text().orElse(""),
                optionalTime(json.member("startedAt")),
                optionalTime(json.member("endedAt")),
                policy(json.member("policy")),
                node(json.member("input")),
                node(json.member("output")),
                error.present() ? ActivityError.fromJson(error) : null,
                texts(json.member("userProperties")),
                json.member("linkedServiceName").text().orElse(""),
                json.member("runtime").text().orElse(""),
                json.member("node").text().orElse(""),
                body.present() ? BodyCodec.read(body) : null,
                bridge.present() ? Bridge.fromJson(bridge) : null);
    }

    private static Policy policy(Place json) {
        if (!json.present()) {
            return Policy.DEFAULT;
        }
        return new Policy(
                Duration.parse(json.member("timeout").requiredText()),
                (int) json.member("retry").whole().orElse(0),
                Duration.parse(json.member("retryInterval").requiredText()),
                json.member("secureInput").flag().orElse(false),
                json.member("secureOutput").flag().orElse(false));
    }

    private static void putText(ObjectNode json, String member, String text) {
        if (!text.isEmpty()) {
            json.put(member, text);
        }
    }

    private static void putNode(ObjectNode json, String member, JsonNode node) {
        if (!node.isObject() || !node.isEmpty()) {
            json.set(member, node);
        }
    }

    private static JsonNode node(Place place) {
        return place.json().isMissingNode() ? Json.object() : place.json();
    }

    private static ObjectNode object(Place place) {
        if (place.json() instanceof ObjectNode object) {
            return object;
        }
        throw place.invalid("an object");
    }

    private static Map<String, JsonNode> nodes(Place place) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        if (place.json().isObject()) {
            place.json().properties().forEach(e -> values.put(e.getKey(), e.getValue()));
        }
        return values;
    }

    private static void texts(ObjectNode json, String member, Map<String, String> values) {
        if (!values.isEmpty()) {
            values.forEach(json.putObject(member)::put);
        }
    }

    private static Map<String, String> texts(Place place) {
        Map<String, String> values = new LinkedHashMap<>();
        place.members().forEach((name, value) -> values.put(name, value.text().orElse("")));
        return values;
    }

    /// Times are kept to the nanosecond, so that reading gives back the same value.
    private static String time(Instant instant) {
        return instant.toString();
    }

    private static void putTime(ObjectNode json, String member, @Nullable Instant instant) {
        if (instant != null) {
            json.put(member, time(instant));
        }
    }

    private static @Nullable Instant optionalTime(Place place) {
        return place.present() ? requiredTime(place) : null;
    }

    private static Instant requiredTime(Place place) {
        return Timestamps.parse(place.requiredText()).orElseThrow(() -> place.invalid("an ISO 8601 date and time"));
    }
}
