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

/// What expressions may read at each place of a run: in an activity the run, its variables and the activities that
/// have ended; in a dataset or linked service its own parameters besides (a dataset may name its file after
/// `pipeline().RunId`).
final class Scopes {
    private final RunState run;
    private final InstantSource clock;
    private final SplittableRandom random;
    private final ObjectNode globals;
    private final Map<String, JsonNode> variables;
    private final Map<String, ActivityState> activities;

    /// @param activities as they change during the decision
    /// @param variables as they change during the decision
    Scopes(
            RunState run,
            Moment moment,
            ObjectNode globals,
            Map<String, JsonNode> variables,
            Map<String, ActivityState> activities) {
        this.run = run;
        this.clock = InstantSource.fixed(moment.now());
        this.random = new SplittableRandom(moment.seed());
        this.globals = globals;
        this.variables = variables;
        this.activities = activities;
    }

    Scope activity() {
        return context().build();
    }

    Scope dataset(ObjectNode parameters) {
        return context().with("dataset", parameters).build();
    }

    Scope linkedService(ObjectNode parameters) {
        return context().with("linkedService", parameters).build();
    }

    private Scope.Builder context() {
        Scope.Builder scope = Scope.builder(clock, random)
                .withSupplied("pipeline", () -> pipeline(run, globals))
                .withNamed("variables", name -> ignoringCase(variables, name))
                .withNamed("activity", name -> {
                    ActivityState state = ignoringCase(activities, name);
                    return state == null ? null : activity(name, state);
                });
        ObjectNode trigger = run.identity().trigger();
        if (!trigger.isEmpty()) {
            scope.with("trigger", trigger);
            Place outputs = Place.root(trigger).member("outputs");
            if (outputs.present()) {
                scope.with("triggerOutputs", outputs.json());
                Place body = outputs.member("body");
                scope.with("triggerBody", body.present() ? body.json() : Json.object());
            }
        }
        return scope;
    }

    private static ObjectNode pipeline(RunState run, ObjectNode globals) {
        RunIdentity identity = run.identity();
        InvokedBy by = identity.invokedBy();
        ObjectNode json = Json.object();
        json.put("DataFactory", identity.factoryName());
        json.put("Pipeline", run.pipeline().name());
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
        run.parameters().forEach(json.putObject("parameters")::set);
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
