package dev.sluice.model.run;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A trigger run as `queryTriggerRuns` shows it: one firing of a trigger.
///
/// @param groupId the first run's id; reruns share it
/// @param latest whether it is the newest of its group
/// @param firedAt `triggerRunTimestamp`
/// @param message why it failed; empty otherwise
/// @param properties what the trigger's type has to say, e.g. `ScheduleTime`, `windowStartTime`
/// @param triggeredPipelines pipeline name to run id
/// @param dependencyStatus of a window: what it waits for
public record TriggerRun(
        String triggerRunId,
        String groupId,
        boolean latest,
        String triggerName,
        String triggerType,
        Instant firedAt,
        Instant lastUpdated,
        TriggerRunStatus status,
        String message,
        Map<String, String> properties,
        Map<String, String> triggeredPipelines,
        ObjectNode dependencyStatus)
        implements Queryable {
    public TriggerRun {
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        triggeredPipelines = Collections.unmodifiableMap(new LinkedHashMap<>(triggeredPipelines));
    }

    @Override
    public String id() {
        return triggerRunId;
    }

    @Override
    public @Nullable String value(Operand operand) {
        return switch (operand) {
            case STATUS -> status.word();
            case TRIGGER_NAME -> triggerName;
            case TRIGGER_RUN_TIMESTAMP -> Timestamps.format(firedAt);
            case RUN_GROUP_ID -> groupId;
            case LATEST_ONLY -> String.valueOf(latest);
            case PIPELINE_NAME,
                    RUN_START,
                    RUN_END,
                    ACTIVITY_NAME,
                    ACTIVITY_RUN_START,
                    ACTIVITY_RUN_END,
                    ACTIVITY_TYPE -> null;
        };
    }

    /// The same run, changed.
    public TriggerRun with(TriggerRunStatus next, String why, Instant now) {
        return new TriggerRun(
                triggerRunId,
                groupId,
                latest,
                triggerName,
                triggerType,
                firedAt,
                now,
                next,
                why,
                properties,
                triggeredPipelines,
                dependencyStatus);
    }

    /// The same run with other properties.
    public TriggerRun with(Map<String, String> others) {
        return new TriggerRun(
                triggerRunId,
                groupId,
                latest,
                triggerName,
                triggerType,
                firedAt,
                lastUpdated,
                status,
                message,
                others,
                triggeredPipelines,
                dependencyStatus);
    }

    /// The same run when a newer one of its group has taken its place.
    public TriggerRun superseded(Instant now) {
        return new TriggerRun(
                triggerRunId,
                groupId,
                false,
                triggerName,
                triggerType,
                firedAt,
                now,
                status,
                message,
                properties,
                triggeredPipelines,
                dependencyStatus);
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("triggerName", triggerName);
        json.put("triggerRunId", triggerRunId);
        json.put("triggerType", triggerType);
        json.put("triggerRunTimestamp", Timestamps.format(firedAt));
        json.put("status", status.word());
        json.put("message", message);
        properties.forEach(json.putObject("properties")::put);
        triggeredPipelines.forEach(json.putObject("triggeredPipelines")::put);
        json.put("groupId", groupId);
        json.put("isLatest", latest);
        json.put("lastUpdated", Timestamps.format(lastUpdated));
        json.putObject("runDimension");
        json.set("dependencyStatus", dependencyStatus);
        return json;
    }

    public static TriggerRun fromJson(JsonNode node) {
        Place json = Place.root(node);
        Place status = json.member("status");
        return new TriggerRun(
                json.member("triggerRunId").requiredText(),
                json.member("groupId").requiredText(),
                json.member("isLatest").flag().orElse(true),
                json.member("triggerName").requiredText(),
                json.member("triggerType").requiredText(),
                time(json.member("triggerRunTimestamp")),
                time(json.member("lastUpdated")),
                TriggerRunStatus.of(status.requiredText()).orElseThrow(() -> status.invalid("a trigger run's status")),
                json.member("message").text().orElse(""),
                PipelineRun.texts(json.member("properties")),
                PipelineRun.texts(json.member("triggeredPipelines")),
                json.member("dependencyStatus").json() instanceof ObjectNode object ? object : Json.object());
    }

    private static Instant time(Place place) {
        return Objects.requireNonNullElseGet(Timestamps.read(place), () -> {
            throw place.missing();
        });
    }
}
