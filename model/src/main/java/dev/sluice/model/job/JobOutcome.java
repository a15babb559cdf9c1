package dev.sluice.model.job;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.error.ActivityError;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How an attempt ended, as the node reports it.
public sealed interface JobOutcome {
    /// It did what it was to do.
    ///
    /// @param output the activity's `output`, for a copy as Data Factory documents it
    record Succeeded(ObjectNode output) implements JobOutcome {}

    /// It did not.
    ///
    /// @param output what there is to show all the same, e.g. rows read; may be an empty object
    record Failed(ActivityError error, ObjectNode output) implements JobOutcome {
        public Failed(ActivityError error) {
            this(error, Json.object());
        }
    }

    /// It was stopped because it had been told to stop.
    record Cancelled() implements JobOutcome {}

    default ObjectNode toJson() {
        ObjectNode json = Json.object();
        switch (this) {
            case Succeeded(ObjectNode output) -> json.put("status", "Succeeded").set("output", output);
            case Failed(ActivityError error, ObjectNode output) -> {
                json.put("status", "Failed").set("error", error.toJson());
                json.set("output", output);
            }
            case Cancelled() -> json.put("status", "Cancelled");
        }
        return json;
    }

    static JobOutcome fromJson(JsonNode node) {
        Place json = Place.root(node);
        Place status = json.member("status");
        return switch (status.requiredText()) {
            case "Succeeded" -> new Succeeded(output(json));
            case "Failed" -> new Failed(ActivityError.fromJson(json.member("error")), output(json));
            case "Cancelled" -> new Cancelled();
            default -> throw status.invalid("Succeeded, Failed or Cancelled");
        };
    }

    private static ObjectNode output(Place json) {
        Place output = json.member("output");
        if (output.json() instanceof ObjectNode object) {
            return object;
        }
        if (output.present()) {
            throw output.invalid("an object");
        }
        return Json.object();
    }
}
