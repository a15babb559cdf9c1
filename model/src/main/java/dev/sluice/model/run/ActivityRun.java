package dev.sluice.model.run;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.error.ActivityError;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One attempt of an activity as `queryActivityruns` shows it.
///
/// @param activityRunId of this attempt; every attempt has its own
/// @param linkedServiceName the compute linked service; empty for most
/// @param activityRunStart when the attempt was handed out
/// @param activityRunEnd null until it ended
/// @param retryAttempt 0 for the first attempt (shown as null, as Data Factory does), then 1, 2 …
/// @param input what the activity was given, evaluated; empty when its policy secures it
/// @param output what it gave; empty when its policy secures it
/// @param error [ActivityError#none] when there was none
/// @param userProperties names and values the author wants to see
/// @param integrationRuntimeNames where it ran; may be empty
/// @param iterationHash the same for all activities of one iteration of a loop, another for every iteration; empty
///     outside loops, and then not shown
public record ActivityRun(
        String pipelineName,
        String pipelineRunId,
        String activityName,
        String activityType,
        String activityRunId,
        String linkedServiceName,
        ActivityRunStatus status,
        Instant activityRunStart,
        @Nullable Instant activityRunEnd,
        int retryAttempt,
        JsonNode input,
        JsonNode output,
        ActivityError error,
        Map<String, String> userProperties,
        List<String> integrationRuntimeNames,
        String iterationHash)
        implements Queryable {
    /// An activity outside loops.
    public ActivityRun(
            String pipelineName,
            String pipelineRunId,
            String activityName,
            String activityType,
            String activityRunId,
            String linkedServiceName,
            ActivityRunStatus status,
            Instant activityRunStart,
            @Nullable Instant activityRunEnd,
            int retryAttempt,
            JsonNode input,
            JsonNode output,
            ActivityError error,
            Map<String, String> userProperties,
            List<String> integrationRuntimeNames) {
        this(
                pipelineName,
                pipelineRunId,
                activityName,
                activityType,
                activityRunId,
                linkedServiceName,
                status,
                activityRunStart,
                activityRunEnd,
                retryAttempt,
                input,
                output,
                error,
                userProperties,
                integrationRuntimeNames,
                "");
    }

    public ActivityRun {
        userProperties = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(userProperties));
        integrationRuntimeNames = List.copyOf(integrationRuntimeNames);
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("pipelineName", pipelineName);
        json.put("pipelineRunId", pipelineRunId);
        json.put("activityName", activityName);
        json.put("activityType", activityType);
        json.put("activityRunId", activityRunId);
        json.put("linkedServiceName", linkedServiceName);
        json.put("status", status.word());
        json.put("activityRunStart", Timestamps.format(activityRunStart));
        json.put("activityRunEnd", Timestamps.formatNullable(activityRunEnd));
        json.put("durationInMs", PipelineRun.duration(activityRunStart, activityRunEnd));
        json.put("retryAttempt", retryAttempt == 0 ? null : Integer.valueOf(retryAttempt));
        json.set("input", input);
        json.set("output", output);
        json.set("error", error.toJson());
        ObjectNode shown = json.putObject("userProperties");
        userProperties.forEach(shown::put);
        ArrayNode runtimes = json.putArray("integrationRuntimeNames");
        integrationRuntimeNames.forEach(runtimes::add);
        if (!iterationHash.isEmpty()) {
            json.put("iterationHash", iterationHash);
        }
        return json;
    }

    public static ActivityRun fromJson(JsonNode node) {
        Place json = Place.root(node);
        Place status = json.member("status");
        Instant start = Timestamps.read(json.member("activityRunStart"));
        if (start == null) {
            throw json.member("activityRunStart").missing();
        }
        return new ActivityRun(
                json.member("pipelineName").requiredText(),
                json.member("pipelineRunId").requiredText(),
                json.member("activityName").requiredText(),
                json.member("activityType").requiredText(),
                json.member("activityRunId").requiredText(),
                json.member("linkedServiceName").text().orElse(""),
                ActivityRunStatus.of(status.requiredText()).orElseThrow(() -> status.invalid("an activity run status")),
                start,
                Timestamps.read(json.member("activityRunEnd")),
                (int) json.member("retryAttempt").whole(0, Integer.MAX_VALUE).orElse(0),
                orEmpty(json.member("input")),
                orEmpty(json.member("output")),
                ActivityError.fromJson(json.member("error")),
                PipelineRun.texts(json.member("userProperties")),
                json.member("integrationRuntimeNames").items().stream()
                        .map(Place::requiredText)
                        .toList(),
                json.member("iterationHash").text().orElse(""));
    }

    @Override
    public String id() {
        return activityRunId;
    }

    /// When the record last changed: its end, or its start while it goes on.
    @Override
    public Instant lastUpdated() {
        return activityRunEnd == null ? activityRunStart : activityRunEnd;
    }

    @Override
    public @Nullable String value(Operand operand) {
        return switch (operand) {
            case PIPELINE_NAME -> pipelineName;
            case STATUS -> status.word();
            case ACTIVITY_NAME -> activityName;
            case ACTIVITY_TYPE -> activityType;
            case ACTIVITY_RUN_START -> Timestamps.format(activityRunStart);
            case ACTIVITY_RUN_END -> Timestamps.formatNullable(activityRunEnd);
            case RUN_START, RUN_END, RUN_GROUP_ID, LATEST_ONLY, TRIGGER_NAME, TRIGGER_RUN_TIMESTAMP -> null;
        };
    }

    private static JsonNode orEmpty(Place place) {
        return place.present() ? place.json() : Json.object();
    }
}
