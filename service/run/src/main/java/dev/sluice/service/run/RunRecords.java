package dev.sluice.service.run;

import dev.sluice.model.Activity;
import dev.sluice.model.Json;
import dev.sluice.model.Parameter;
import dev.sluice.model.Pipeline;
import dev.sluice.model.ValueType;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.secret.SecretPlaces;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Makes the records that the REST API shows from what a run knows, leaving out what is to be kept secret.
final class RunRecords {
    private RunRecords() {}

    static ActivityRun activity(RunState run, Spot spot, ActivityState state) {
        Activity activity = spot.activity();
        return new ActivityRun(
                run.pipeline().name(),
                run.identity().runId(),
                activity.name(),
                activity.type(),
                state.activityRunId(),
                state.linkedServiceName(),
                status(state.status()),
                Objects.requireNonNullElse(state.startedAt(), run.updatedAt()),
                state.endedAt(),
                Math.max(0, state.attempt() - 1),
                state.input(),
                state.policy().secureOutput() ? Json.object() : state.output(),
                state.error() == null ? ActivityError.none(activity.name()) : state.error(),
                state.userProperties(),
                state.runtimeName().isEmpty() ? List.of() : List.of(state.runtimeName()),
                iterationHash(run, spot.frame().iteration()));
    }

    private static String iterationHash(RunState run, String iteration) {
        if (iteration.isEmpty()) {
            return "";
        }
        String name = run.identity().runId() + "/" + iteration;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /// The word for a status; what is paused between attempts shows as failed, which its last attempt is.
    static ActivityRunStatus status(ActivityStatus status) {
        return switch (status) {
            case WAITING, QUEUED -> ActivityRunStatus.QUEUED;
            case RUNNING, SLEEPING, CONTAINING, CLOSING, CALLING, EXPECTING, CANCELING -> ActivityRunStatus.IN_PROGRESS;
            case SUCCEEDED -> ActivityRunStatus.SUCCEEDED;
            case FAILED, PAUSED, SKIPPED -> ActivityRunStatus.FAILED;
            case CANCELLED -> ActivityRunStatus.CANCELLED;
        };
    }

    static PipelineRun pipeline(RunState state, Pipeline pipeline, Instant now) {
        RunIdentity identity = state.identity();
        JsonNode annotations =
                pipeline.document().properties().member("annotations").json();
        return new PipelineRun(
                identity.runId(),
                identity.runGroupId(),
                true,
                pipeline.name(),
                parameters(state.parameters(), pipeline.parameters()),
                identity.runDimensions(),
                identity.invokedBy(),
                state.startedAt(),
                state.endedAt(),
                now,
                state.status(),
                state.message(),
                annotations instanceof ArrayNode list ? list : Json.array());
    }

    private static Map<String, String> parameters(Map<String, JsonNode> values, Map<String, Parameter> declared) {
        Map<String, String> texts = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            Parameter parameter = declared.get(name);
            boolean secret = parameter == null || parameter.type() == ValueType.SECURE_STRING;
            texts.put(name, secret ? SecretPlaces.MASK : value.isString() ? value.stringValue() : Json.write(value));
        });
        return texts;
    }
}
