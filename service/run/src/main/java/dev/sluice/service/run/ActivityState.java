package dev.sluice.service.run;

import dev.sluice.model.Json;
import dev.sluice.model.Policy;
import dev.sluice.model.error.ActivityError;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
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
/// @param bridge what a copy between two runtimes still has to do; null for every other activity
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
        @Nullable Body body,
        @Nullable Bridge bridge) {
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
            null,
            null);

    public ActivityState {
        userProperties = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(userProperties));
    }

    /// Every member as it is, to be changed one by one for the next state.
    private static final class Draft {
        ActivityStatus status;
        int attempt;
        String activityRunId;

        @Nullable
        Instant startedAt;

        @Nullable
        Instant endedAt;

        Policy policy;
        JsonNode input;
        JsonNode output;

        @Nullable
        ActivityError error;

        Map<String, String> userProperties;
        String linkedServiceName;
        String runtimeName;
        String node;

        @Nullable
        Body body;

        @Nullable
        Bridge bridge;

        Draft(ActivityState from) {
            status = from.status;
            attempt = from.attempt;
            activityRunId = from.activityRunId;
            startedAt = from.startedAt;
            endedAt = from.endedAt;
            policy = from.policy;
            input = from.input;
            output = from.output;
            error = from.error;
            userProperties = from.userProperties;
            linkedServiceName = from.linkedServiceName;
            runtimeName = from.runtimeName;
            node = from.node;
            body = from.body;
            bridge = from.bridge;
        }

        ActivityState state() {
            return new ActivityState(
                    status,
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
                    body,
                    bridge);
        }
    }

    private ActivityState but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.state();
    }

    /// A new attempt, that knows nothing of the one before.
    ActivityState begun(int newAttempt, String runId, Instant now) {
        return WAITING.but(d -> {
            d.status = status;
            d.attempt = newAttempt;
            d.activityRunId = runId;
            d.startedAt = now;
        });
    }

    ActivityState given(Policy evaluated, JsonNode shownInput, Map<String, String> properties, String service) {
        return but(d -> {
            d.policy = evaluated;
            d.input = evaluated.secureInput() ? Json.object() : shownInput;
            d.userProperties = properties;
            d.linkedServiceName = service;
        });
    }

    /// Begins the work inside a container, or goes on with it.
    ActivityState containing(Body newBody) {
        return but(d -> {
            d.status = ActivityStatus.CONTAINING;
            d.body = newBody;
        });
    }

    /// A container that knows more about the work inside it.
    ActivityState with(Body newBody) {
        return but(d -> d.body = newBody);
    }

    /// The same attempt as another run shows it.
    ActivityState as(String runId) {
        return but(d -> d.activityRunId = runId);
    }

    /// With another form of the input for the record.
    ActivityState showing(JsonNode shownInput) {
        return given(policy, shownInput, userProperties, linkedServiceName);
    }

    /// With what expressions will read once it has ended.
    ActivityState giving(JsonNode result) {
        return but(d -> d.output = result);
    }

    ActivityState in(ActivityStatus newStatus) {
        return but(d -> d.status = newStatus);
    }

    ActivityState queuedAt(String runtime) {
        return but(d -> {
            d.status = ActivityStatus.QUEUED;
            d.runtimeName = runtime;
        });
    }

    /// A copy in two hops that begins the one or the other.
    ActivityState over(Bridge newBridge) {
        return but(d -> d.bridge = newBridge);
    }

    /// Names the job of the current attempt: the activity's path, but for the second hop of a copy.
    ///
    /// @param path of the activity
    public String jobPath(String path) {
        return bridge != null && bridge.crossed() ? Bridge.onwardPath(path) : path;
    }

    ActivityState runningOn(String nodeName) {
        return but(d -> {
            d.status = ActivityStatus.RUNNING;
            d.node = nodeName;
        });
    }

    ActivityState ended(ActivityStatus newStatus, Instant now, JsonNode result, @Nullable ActivityError cause) {
        return but(d -> {
            d.status = newStatus;
            d.endedAt = now;
            d.output = result;
            d.error = cause;
            d.body = null;
            d.bridge = null;
        });
    }
}
