package dev.sluice.service.run;

import dev.sluice.expression.Scope;
import dev.sluice.model.Activity;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.InvokedBy;
import dev.sluice.model.run.Timestamps;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What expressions may read at each place of a run: in an activity the run, its variables, the item of the loop
/// around it, and the activities of its own list and of the lists around it that have ended; in a dataset or linked
/// service its own parameters besides (a dataset may name its file after `pipeline().RunId`).
final class Scopes {
    private final RunState run;
    private final InstantSource clock;
    private final SplittableRandom random;
    private final Supplier<ObjectNode> globals;
    private final Map<String, JsonNode> variables;
    private final Function<String, @Nullable JsonNode> activities;
    private final @Nullable JsonNode item;

    /// Outside any list: no activity can be read.
    ///
    /// @param globals asked when an expression reads `pipeline()`
    Scopes(RunState run, Moment moment, Supplier<ObjectNode> globals) {
        this(
                run,
                InstantSource.fixed(moment.now()),
                new SplittableRandom(moment.seed()),
                globals,
                run.variables(),
                name -> null,
                null);
    }

    private Scopes(
            RunState run,
            InstantSource clock,
            SplittableRandom random,
            Supplier<ObjectNode> globals,
            Map<String, JsonNode> variables,
            Function<String, @Nullable JsonNode> activities,
            @Nullable JsonNode item) {
        this.run = run;
        this.clock = clock;
        this.random = random;
        this.globals = globals;
        this.variables = variables;
        this.activities = activities;
        this.item = item;
    }

    /// The scope of a place on a board: what can be read follows the decision as it is being made.
    interface On {
        Scopes at(Frame frame);
    }

    On over(Board board) {
        return frame -> new Scopes(
                run, clock, random, globals, board.variables(), name -> activity(board, frame, name), item(frame));
    }

    /// The same with an item of its own, as the condition of a Filter has.
    Scopes with(JsonNode ownItem) {
        return new Scopes(run, clock, random, globals, variables, activities, ownItem);
    }

    Scope activity() {
        return context(UnaryOperator.identity()).build();
    }

    /// The scope of an activity that must not read a variable.
    ///
    /// @param refused asked for the name of every variable that is read; throws when it may not be
    Scope activity(java.util.function.Consumer<String> refused) {
        return context(name -> {
                    refused.accept(name);
                    return name;
                })
                .build();
    }

    Scope dataset(ObjectNode parameters) {
        return context(UnaryOperator.identity()).with("dataset", parameters).build();
    }

    Scope linkedService(ObjectNode parameters) {
        return context(UnaryOperator.identity())
                .with("linkedService", parameters)
                .build();
    }

    private Scope.Builder context(UnaryOperator<String> variable) {
        Scope.Builder scope = Scope.builder(clock, random)
                .withSupplied("pipeline", () -> pipeline(run, globals))
                .withNamed("variables", name -> ignoringCase(variables, variable.apply(name)))
                .withNamed("activity", activities);
        if (item != null) {
            scope.with("item", item);
        }
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

    private static ObjectNode pipeline(RunState run, Supplier<ObjectNode> globals) {
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
        json.set("globalParameters", globals.get());
        Place shared = run.pipeline().properties().member("libraryVariables");
        if (shared.json().isObject()) {
            json.set("libraryVariables", libraryVariables(shared));
        }
        return json;
    }

    /// Those of Fabric's variable libraries, with the values that deploying a workspace wrote beside them.
    private static ObjectNode libraryVariables(Place shared) {
        ObjectNode values = Json.object();
        shared.members().forEach((name, variable) -> {
            Place value = variable.member("value");
            if (value.present()) {
                values.set(name, value.json());
            }
        });
        return values;
    }

    /// The item of the innermost ForEach around; null when there is none.
    private static @Nullable JsonNode item(Frame frame) {
        Frame at = frame;
        while (at != null && at.item() == null) {
            at = at.outer();
        }
        return at == null ? null : at.item();
    }

    /// Looks for an activity in the frame and then in those around it.
    private static @Nullable JsonNode activity(Board board, Frame frame, String name) {
        for (Frame at = frame; at != null; at = at.outer()) {
            for (Activity activity : at.block().activities()) {
                if (activity.name().equalsIgnoreCase(name)) {
                    return activity(name, board.state(at.at(activity)));
                }
            }
        }
        return null;
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
