package dev.sluice.service.run;

import dev.sluice.expression.Scope;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.InvokedBy;
import dev.sluice.model.run.Timestamps;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What expressions may read at each place: in an activity the run, its variables and the activities that have ended;
/// in a dataset or linked service only its own parameters.
final class Scopes {
    private final InstantSource clock;
    private final SplittableRandom random;

    Scopes(Moment moment) {
        this.clock = InstantSource.fixed(moment.now());
        this.random = new SplittableRandom(moment.seed());
    }

    Scope activity(
            RunIdentity identity,
            String pipelineName,
            Map<String, JsonNode> parameters,
            ObjectNode globals,
            Map<String, JsonNode> variables,
            Map<String, ActivityState> activities) {
        Scope.Builder scope = Scope.builder(clock, random)
                .withSupplied("pipeline", () -> pipeline(identity, pipelineName, parameters, globals))
                .withNamed("variables", name -> ignoringCase(variables, name))
                .withNamed("activity", name -> {
                    ActivityState state = ignoringCase(activities, name);
                    return state == null ? null : activity(name, state);
                });
        if (!identity.trigger().isEmpty()) {
            JsonNode outputs = Place.root(identity.trigger()).member("outputs").json();
            scope.with("trigger", identity.trigger());
            if (outputs.isObject()) {
                scope.with("triggerOutputs", outputs);
                scope.with("triggerBody", Place.root(outputs).member("body").json());
            }
        }
        return scope.build();
    }

    Scope dataset(ObjectNode parameters) {
        return Scope.builder(clock, random).with("dataset", parameters).build();
    }

    Scope linkedService(ObjectNode parameters) {
        return Scope.builder(clock, random).with("linkedService", parameters).build();
    }

    private static ObjectNode pipeline(
            RunIdentity identity, String pipelineName, Map<String, JsonNode> parameters, ObjectNode globals) {
        InvokedBy by = identity.invokedBy();
        ObjectNode json = Json.object();
        json.put("DataFactory", identity.factoryName());
        json.put("Pipeline", pipelineName);
        json.put("RunId", identity.runId());
        json.put("GroupId", identity.runGroupId());
        json.put("TriggerType", by.type());
        json.put("TriggerId", by.id());
        json.put("TriggerName", by.name());
        json.put("TriggerTime", Timestamps.format(identity.triggerTime()));
        if (by.pipelineName() != null) {
            json.put("TriggeredByPipelineName", by.pipelineName());
        }
        if (by.pipelineRunId() != null) {
            json.put("TriggeredByPipelineRunId", by.pipelineRunId());
        }
        parameters.forEach(json.putObject("parameters")::set);
        json.set("globalParameters", globals);
        return json;
    }

    /// What `activity('n')` reads; null while the activity has not run, or when it was skipped.
    private static @Nullable JsonNode activity(String name, ActivityState state) {
        if (!state.status().ended() || state.status() == ActivityStatus.SKIPPED) {
            return null;
        }
        ObjectNode json = Json.object();
        json.put("ActivityName", name);
        json.put("ActivityRunId", state.activityRunId());
        json.put("Status", RunRecords.status(state.status()).word());
        if (state.startedAt() != null && state.endedAt() != null) {
            json.put("ExecutionStartTime", Timestamps.format(state.startedAt()));
            json.put("ExecutionEndTime", Timestamps.format(state.endedAt()));
            json.put(
                    "Duration",
                    Duration.between(state.startedAt(), state.endedAt()).toString());
        }
        json.set("output", state.output());
        json.set("error", state.error() == null ? Json.nothing() : state.error().toJson());
        return json;
    }

    private static <T> @Nullable T ignoringCase(Map<String, T> values, String name) {
        T exact = values.get(name);
        if (exact != null) {
            return exact;
        }
        for (Map.Entry<String, T> e : values.entrySet()) {
            if (e.getKey().equalsIgnoreCase(name)) {
                return e.getValue();
            }
        }
        return null;
    }
}
