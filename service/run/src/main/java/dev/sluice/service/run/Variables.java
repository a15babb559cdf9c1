package dev.sluice.service.run;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Parameter;
import dev.sluice.model.Pipeline;
import dev.sluice.model.Place;
import dev.sluice.model.ValueType;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The variables of a pipeline: their values at the beginning, and the activities that change them.
final class Variables {
    private Variables() {}

    /// Defaults where there are any, else the empty value of the type.
    static Map<String, JsonNode> initial(Pipeline pipeline) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        pipeline.variables().forEach((name, declared) -> values.put(name, initial(declared)));
        return values;
    }

    private static JsonNode initial(Parameter declared) {
        JsonNode given = declared.defaultValue();
        if (given != null) {
            return declared.type().coerce(given).orElse(given);
        }
        return switch (declared.type()) {
            case STRING, SECURE_STRING -> Json.text("");
            case INT, FLOAT -> Json.parse("0");
            case BOOL -> Json.parse("false");
            case ARRAY -> Json.array();
            case OBJECT -> Json.nothing();
        };
    }

    /// SetVariable: puts the value and returns the activity's output.
    static ObjectNode set(Pipeline pipeline, Map<String, JsonNode> values, Place typeProperties) {
        Parameter variable = declared(pipeline, typeProperties);
        JsonNode value = value(variable, typeProperties.member("value"));
        values.put(variable.name(), value);
        return output(variable.name(), value);
    }

    /// AppendVariable: adds the value to an array and returns the activity's output. That shows what was added and not
    /// the whole array, which would make the history of a loop grow with the square of its items.
    static ObjectNode append(Pipeline pipeline, Map<String, JsonNode> values, Place typeProperties) {
        Parameter variable = declared(pipeline, typeProperties);
        if (variable.type() != ValueType.ARRAY) {
            throw typeProperties.member("variableName").invalid("the name of an Array variable");
        }
        ArrayNode list = Json.array();
        JsonNode before = values.get(variable.name());
        if (before != null) {
            before.forEach(list::add);
        }
        JsonNode added = present(typeProperties.member("value"));
        list.add(added);
        values.put(variable.name(), list);
        return output(variable.name(), added);
    }

    static ObjectNode output(String name, JsonNode value) {
        ObjectNode output = Json.object();
        output.put("name", name);
        output.set("value", value);
        return output;
    }

    private static Parameter declared(Pipeline pipeline, Place typeProperties) {
        Place place = typeProperties.member("variableName");
        String name = place.requiredText();
        for (Parameter variable : pipeline.variables().values()) {
            if (variable.name().equalsIgnoreCase(name)) {
                return variable;
            }
        }
        throw DocumentFaults.REFERENCE_MISSING
                .problem()
                .at(place.pointer())
                .evidence("object", "variable")
                .evidence("name", name)
                .exception();
    }

    private static JsonNode value(Parameter variable, Place place) {
        return variable.type()
                .coerce(present(place))
                .orElseThrow(
                        () -> place.invalid("a value of type " + variable.type().word()));
    }

    private static JsonNode present(Place place) {
        if (place.json().isMissingNode()) {
            throw place.missing();
        }
        return place.json();
    }
}
