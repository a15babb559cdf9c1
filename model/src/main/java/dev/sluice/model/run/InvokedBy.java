package dev.sluice.model.run;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// What started a run.
///
/// @param id of the caller or trigger run
/// @param name `Manual`, `Sandbox` (debug), or the trigger's name
/// @param type `Manual`, `ScheduleTrigger`, `TumblingWindowTrigger`, `BlobEventsTrigger`, `PipelineActivity`, `Sandbox`
/// …
/// @param pipelineName the parent pipeline when an activity started it
/// @param pipelineRunId the parent run when an activity started it
public record InvokedBy(
        String id,
        String name,
        String type,
        @Nullable String pipelineName,
        @Nullable String pipelineRunId) {
    /// Started by a person or program through the API.
    public static InvokedBy manual(String id) {
        return new InvokedBy(id, "Manual", "Manual", null, null);
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("id", id);
        json.put("name", name);
        json.put("invokedByType", type);
        if (pipelineName != null) {
            json.put("pipelineName", pipelineName);
        }
        if (pipelineRunId != null) {
            json.put("pipelineRunId", pipelineRunId);
        }
        return json;
    }

    public static InvokedBy fromJson(Place json) {
        return new InvokedBy(
                json.member("id").text().orElse(""),
                json.member("name").text().orElse("Manual"),
                json.member("invokedByType").text().orElse("Manual"),
                json.member("pipelineName").text().orElse(null),
                json.member("pipelineRunId").text().orElse(null));
    }
}
