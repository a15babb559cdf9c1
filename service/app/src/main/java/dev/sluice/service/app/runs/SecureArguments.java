package dev.sluice.service.app.runs;

import dev.sluice.model.Document;
import dev.sluice.model.Json;
import dev.sluice.model.Parameter;
import dev.sluice.model.ValueType;
import dev.sluice.service.run.RunState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Seals the arguments for secure strings before they lie in a run's state.
///
/// @param seal from factory and text to the sealed form
record SecureArguments(BiFunction<String, String, ObjectNode> seal) {
    ObjectNode sealed(String factory, Document pipeline, ObjectNode arguments) {
        var declared = Parameter.all(pipeline.properties().member("parameters"));
        ObjectNode sealed = Json.object();
        arguments.properties().forEach(e -> sealed.set(e.getKey(), sealed(factory, declared, e)));
        return sealed;
    }

    /// The same for a run that has been admitted already.
    RunState sealed(RunState state) {
        var declared = Parameter.all(state.pipeline().properties().member("parameters"));
        Map<String, JsonNode> sealed = new LinkedHashMap<>();
        state.parameters()
                .entrySet()
                .forEach(e -> sealed.put(e.getKey(), sealed(state.identity().factoryName(), declared, e)));
        return sealed.equals(state.parameters()) ? state : state.with(sealed);
    }

    private JsonNode sealed(String factory, Map<String, Parameter> declared, Map.Entry<String, JsonNode> argument) {
        boolean secure = declared.values().stream()
                .anyMatch(p -> p.type() == ValueType.SECURE_STRING && p.name().equalsIgnoreCase(argument.getKey()));
        JsonNode value = argument.getValue();
        String text =
                value.isString() ? value.stringValue() : value.path("value").asString("");
        return secure && !text.isEmpty() ? seal.apply(factory, text) : value;
    }
}
