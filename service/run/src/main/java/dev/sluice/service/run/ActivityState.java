package dev.sluice.service.run;

import dev.sluice.model.Json;
import dev.sluice.model.Policy;
import dev.sluice.model.error.ActivityError;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One activity of a run between two events.
///
/// @param status where it stands
/// @param attempt the current or last attempt, from 1; 0 before the first
/// @param activityRunId of that attempt; empty before the first
/// @param startedAt when that attempt began (was handed out)
/// @param endedAt when it ended
/// @param policy as evaluated for that attempt
/// @param input what the record shows as input; an empty object when secured
/// @param output what `activity('…').output` reads
/// @param error what `activity('…').error` reads; null when there is none
/// @param userProperties as evaluated for that attempt
/// @param linkedServiceName the compute linked service; empty for most
/// @param runtimeName where the job was sent; empty when it is decided in the service
/// @param node which node runs or ran it; empty when unknown
/// @param body what a container knows about the activities inside it; null unless they are being worked through
public record ActivityState(
        ActivityStatus status,
        int attempt,
        String activityRunId,
        @Nullable Instant startedAt,
        @Nullable Instant endedAt,
        Policy policy,
        JsonNode input,
        JsonNode output,
        @Nullable ActivityError error,
        Map<String, String> userProperties,
        String linkedServiceName,
        String runtimeName,
        String node,
        @Nullable Body body) {
    /// Nothing has happened to it yet.
    static final ActivityState WAITING = new ActivityState(
            ActivityStatus.WAITING,
            0,
            "",
            null,
            null,
            Policy.DEFAULT,
            Json.object(),
            Json.object(),
            null,
            Map.of(),
            "",
            "",
            "",
            null);

    public ActivityState {
        userProperties = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(userProperties));
    }

    ActivityState begun(int newAttempt, String runId, Instant now) {
        return new ActivityState(
                status,
                newAttempt,
                runId,
                now,
                null,
                Policy.DEFAULT,
                Json.object(),
                Json.object(),
                null,
                Map.of(),
                "",
                "",
                "",
                null);
    }

    ActivityState given(Policy evaluated, JsonNode shownInput, Map<String, String> properties, String service) {
        return new ActivityState(
                status,
                attempt,
                activityRunId,
                startedAt,
                endedAt,
                evaluated,
                evaluated.secureInput() ? Json.object() : shownInput,
                output,
                error,
                properties,
                service,
                runtimeName,
                node,
                body);
    }

    /// Begins the work inside a container, or goes on with it.
    ActivityState containing(Body newBody) {
        return new ActivityState(
                ActivityStatus.CONTAINING,
                attempt,
                activityRunId,
                startedAt,
                endedAt,
                policy,
                input,
                output,
                error,
                userProperties,
                linkedServiceName,
                runtimeName,
                node,
                newBody);
    }

    /// A container that knows more about the work inside it.
    ActivityState with(Body newBody) {
        return containing(newBody).in(status);
    }

    /// The same attempt as another run shows it.
    ActivityState as(String runId) {
        return new ActivityState(
                status,
                attempt,
                runId,
                startedAt,
                endedAt,
                policy,
                input,
                output,
                error,
                userProperties,
                linkedServiceName,
                runtimeName,
                node,
                body);
    }

    /// With another form of the input for the record.
    ActivityState showing(JsonNode shownInput) {
        return given(policy, shownInput, userProperties, linkedServiceName);
    }

    /// With what expressions will read once it has ended.
    ActivityState giving(JsonNode result) {
        return new ActivityState(
                status,
                attempt,
                activityRunId,
                startedAt,
                endedAt,
                policy,
                input,
                result,
                error,
                userProperties,
                linkedServiceName,
                runtimeName,
                node,
                body);
    }

    ActivityState in(ActivityStatus newStatus) {
        return new ActivityState(
                newStatus,
                attempt,
                activityRunId,
                startedAt,
                endedAt,
                policy,
                input,
                output,
                error,
                userProperties,
                linkedServiceName,
                runtimeName,
                node,
                body);
    }

    ActivityState queuedAt(String runtime) {
        return new ActivityState(
                ActivityStatus.QUEUED,
                attempt,
                activityRunId,
                startedAt,
                endedAt,
                policy,
                input,
                output,
                error,
                userProperties,
                linkedServiceName,
                runtime,
                node,
                body);
    }

    ActivityState runningOn(String nodeName) {
        return new ActivityState(
                ActivityStatus.RUNNING,
                attempt,
                activityRunId,
                startedAt,
                endedAt,
                policy,
                input,
                output,
                error,
                userProperties,
                linkedServiceName,
                runtimeName,
                nodeName,
                body);
    }

    ActivityState ended(ActivityStatus newStatus, Instant now, JsonNode result, @Nullable ActivityError cause) {
        return new ActivityState(
                newStatus,
                attempt,
                activityRunId,
                startedAt,
                now,
                policy,
                input,
                result,
                cause,
                userProperties,
                linkedServiceName,
                runtimeName,
                node,
                null);
    }
}
