package dev.sluice.model.trigger;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A pipeline that a trigger starts.
///
/// @param name of the pipeline
/// @param parameters its arguments; expressions in them are evaluated when the trigger fires
/// @param pointer where `parameters` stand in the trigger's document
public record TriggeredPipeline(String name, ObjectNode parameters, String pointer) {
    static List<TriggeredPipeline> several(Place properties) {
        Place pipelines = properties.member("pipelines");
        List<Place> items = pipelines.items();
        if (items.size() > Trigger.MAX_PIPELINES) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(pipelines.pointer())
                    .evidence("what", "The number of pipelines of the trigger")
                    .evidence("value", items.size())
                    .evidence("limit", Trigger.MAX_PIPELINES)
                    .exception();
        }
        return items.stream().map(TriggeredPipeline::of).toList();
    }

    static List<TriggeredPipeline> one(Place properties) {
        Place pipeline = properties.member("pipeline");
        return pipeline.present() ? List.of(of(pipeline)) : List.of();
    }

    static List<TriggeredPipeline> either(Place properties) {
        return properties.member("pipeline").present() ? one(properties) : several(properties);
    }

    private static TriggeredPipeline of(Place place) {
        Place parameters = place.member("parameters");
        if (parameters.present() && !parameters.json().isObject()) {
            throw parameters.invalid("an object");
        }
        ObjectNode given = parameters.json() instanceof ObjectNode object ? object : Json.object();
        return new TriggeredPipeline(
                Reference.of(place.member("pipelineReference")).name(), given, parameters.pointer());
    }
}
