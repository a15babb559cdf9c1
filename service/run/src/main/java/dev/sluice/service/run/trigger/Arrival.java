package dev.sluice.service.run.trigger;

import dev.sluice.expression.Expressions;
import dev.sluice.expression.Scope;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.trigger.TriggeredPipeline;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a pipeline gets when its trigger fires: what `trigger()` is, and the arguments made from it.
///
/// @param factory the factory's name
/// @param trigger the trigger's name
/// @param type of the trigger
/// @param triggerRunId of this firing
/// @param context what `trigger()` reads
/// @param at when it fired
/// @param seed for `guid()` and `rand()`
public record Arrival(
        String factory, String trigger, String type, String triggerRunId, ObjectNode context, Instant at, long seed) {
    /// `trigger()` of a schedule: when it was to fire and when it did.
    public static ObjectNode scheduled(String trigger, Instant scheduled, Instant now) {
        ObjectNode json = named(trigger, scheduled, now);
        json.putObject("outputs");
        return json;
    }

    /// `trigger()` of a window.
    public static ObjectNode windowed(String trigger, Instant start, Instant end, Instant now) {
        ObjectNode json = named(trigger, end, now);
        json.putObject("outputs")
                .put("windowStartTime", Timestamps.format(start))
                .put("windowEndTime", Timestamps.format(end));
        return json;
    }

    /// `trigger()` of an event; the body is also `triggerBody()`.
    public static ObjectNode happened(String trigger, JsonNode body, Instant now) {
        ObjectNode json = named(trigger, now, now);
        json.putObject("outputs").set("body", body);
        return json;
    }

    private static ObjectNode named(String trigger, Instant scheduled, Instant now) {
        ObjectNode json = Json.object();
        json.put("name", trigger);
        json.put("scheduledTime", Timestamps.format(scheduled));
        json.put("startTime", Timestamps.format(now));
        return json;
    }

    /// The arguments of a pipeline with every expression evaluated.
    ///
    /// @param globals the factory's global parameters
    /// @throws dev.sluice.diagnosis.ProblemException located in the trigger's document
    public ObjectNode arguments(TriggeredPipeline pipeline, ObjectNode globals) {
        return (ObjectNode) Expressions.evaluate(pipeline.parameters(), scope(pipeline, globals), pipeline.pointer());
    }

    private Scope scope(TriggeredPipeline pipeline, ObjectNode globals) {
        Place outputs = Place.root(context).member("outputs");
        Place body = outputs.member("body");
        ObjectNode run = Json.object();
        run.put("DataFactory", factory);
        run.put("Pipeline", pipeline.name());
        run.put("TriggerType", type);
        run.put("TriggerId", triggerRunId);
        run.put("TriggerName", trigger);
        run.put("TriggerTime", Timestamps.format(at));
        run.set("globalParameters", globals);
        return Scope.builder(InstantSource.fixed(at), new SplittableRandom(seed))
                .with("pipeline", run)
                .with("trigger", context)
                .with("triggerOutputs", outputs.present() ? outputs.json() : Json.object())
                .with("triggerBody", body.present() ? body.json() : Json.object())
                .build();
    }
}
