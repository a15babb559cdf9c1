package dev.sluice.model.run;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A pipeline run as `GET pipelineruns/{runId}` shows it.
///
/// @param runGroupId the first run's id; reruns share it
/// @param latest whether it is the newest of its group (`isLatest`)
/// @param parameters name to value as text: arrays and objects as JSON text, secure strings masked
/// @param runStart null while queued
/// @param runEnd null until it ended
/// @param lastUpdated when this record last changed
/// @param message why it failed; empty otherwise
/// @param annotations the pipeline's annotations
public record PipelineRun(
        String runId,
        String runGroupId,
        boolean latest,
        String pipelineName,
        Map<String, String> parameters,
        Map<String, String> runDimensions,
        InvokedBy invokedBy,
        @Nullable Instant runStart,
        @Nullable Instant runEnd,
        Instant lastUpdated,
        RunStatus status,
        String message,
        ArrayNode annotations)
        implements Queryable {
    public PipelineRun {
        parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        runDimensions = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(runDimensions));
    }

    /// The same run when it is no longer, or again, the latest of its group.
    public PipelineRun withLatest(boolean isLatest) {
        return new PipelineRun(
                runId,
                runGroupId,
                isLatest,
                pipelineName,
                parameters,
                runDimensions,
                invokedBy,
                runStart,
                runEnd,
                lastUpdated,
                status,
                message,
                annotations);
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("runId", runId);
        json.put("runGroupId", runGroupId);
        json.put("isLatest", latest);
        json.put("pipelineName", pipelineName);
        texts(json.putObject("parameters"), parameters);
        texts(json.putObject("runDimensions"), runDimensions);
        json.set("invokedBy", invokedBy.toJson());
        json.put("runStart", Timestamps.formatNullable(runStart));
        json.put("runEnd", Timestamps.formatNullable(runEnd));
        json.put("durationInMs", duration(runStart, runEnd));
        json.put("status", status.word());
        json.put("message", message);
        json.put("lastUpdated", Timestamps.format(lastUpdated));
        json.set("annotations", annotations);
        return json;
    }

    public static PipelineRun fromJson(JsonNode node) {
        Place json = Place.root(node);
        Place status = json.member("status");
        Instant updated = Timestamps.read(json.member("lastUpdated"));
        if (updated == null) {
            throw json.member("lastUpdated").missing();
        }
        return new PipelineRun(
                json.member("runId").requiredText(),
                json.member("runGroupId").text().orElse(json.member("runId").requiredText()),
                json.member("isLatest").flag().orElse(true),
                json.member("pipelineName").requiredText(),
                texts(json.member("parameters")),
                texts(json.member("runDimensions")),
                InvokedBy.fromJson(json.member("invokedBy")),
                Timestamps.read(json.member("runStart")),
                Timestamps.read(json.member("runEnd")),
                updated,
                RunStatus.of(status.requiredText()).orElseThrow(() -> status.invalid("a run status")),
                json.member("message").text().orElse(""),
                json.member("annotations").json() instanceof ArrayNode a ? a : Json.array());
    }

    @Override
    public String id() {
        return runId;
    }

    @Override
    public @Nullable String value(Operand operand) {
        return switch (operand) {
            case PIPELINE_NAME -> pipelineName;
            case STATUS -> status.word();
            case RUN_START -> Timestamps.formatNullable(runStart);
            case RUN_END -> Timestamps.formatNullable(runEnd);
            case RUN_GROUP_ID -> runGroupId;
            case LATEST_ONLY -> String.valueOf(latest);
            case ACTIVITY_NAME,
                    ACTIVITY_RUN_START,
                    ACTIVITY_RUN_END,
                    ACTIVITY_TYPE,
                    TRIGGER_NAME,
                    TRIGGER_RUN_TIMESTAMP -> null;
        };
    }

    static @Nullable Long duration(@Nullable Instant start, @Nullable Instant end) {
        return start == null || end == null
                ? null
                : Math.max(0, Duration.between(start, end).toMillis());
    }

    private static void texts(ObjectNode into, Map<String, String> values) {
        values.forEach(into::put);
    }

    static Map<String, String> texts(Place place) {
        Map<String, String> values = new LinkedHashMap<>();
        place.members()
                .forEach((name, value) -> values.put(
                        name, value.json().isString() ? value.json().stringValue() : Json.write(value.json())));
        return values;
    }
}
