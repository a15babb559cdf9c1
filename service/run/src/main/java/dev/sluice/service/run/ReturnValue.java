package dev.sluice.service.run;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.ValueType;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a pipeline gives the one that called it: SetVariable with `setSystemVariable` and the name
/// `pipelineReturnValue`, whose value lists keys with typed values: `[{"key": "n", "value": {"type": "Int",
/// "content": 7}}]`.
final class ReturnValue {
    static final String NAME = "pipelineReturnValue";

    private ReturnValue() {}

    /// @param properties evaluated type properties of the SetVariable
    static ObjectNode of(Place properties) {
        Place name = properties.member("variableName");
        if (!name.requiredText().equalsIgnoreCase(NAME)) {
            throw name.invalid("'" + NAME + "', the only system variable that can be set");
        }
        Place value = properties.member("value");
        if (!value.present()) {
            throw value.missing();
        }
        return entries(value);
    }

    private static ObjectNode entries(Place list) {
        ObjectNode values = Json.object();
        for (Place entry : list.items()) {
            values.set(entry.member("key").requiredText(), typed(entry.member("value")));
        }
        return values;
    }

    private static JsonNode typed(Place value) {
        if (!value.json().isObject() || !value.member("type").present()) {
            return value.json().isMissingNode() ? Json.nothing() : value.json();
        }
        Place type = value.member("type");
        Place content = value.member("content");
        return switch (type.requiredText().toLowerCase(Locale.ROOT)) {
            case "null" -> Json.nothing();
            case "string" -> coerced(ValueType.STRING, content);
            case "int", "integer" -> coerced(ValueType.INT, content);
            case "float" -> coerced(ValueType.FLOAT, content);
            case "bool", "boolean" -> coerced(ValueType.BOOL, content);
            case "array" -> array(content);
            case "object" -> content.json().isArray() ? entries(content) : coerced(ValueType.OBJECT, content);
            case "expression" -> present(content);
            default -> throw type.invalid("one of String, Int, Float, Boolean, Array, Object, Expression, Null");
        };
    }

    private static ArrayNode array(Place content) {
        ArrayNode values = Json.array();
        List<Place> items = content.items();
        items.forEach(item -> values.add(item.member("content").present() ? typed(item) : item.json()));
        return values;
    }

    private static JsonNode coerced(ValueType type, Place content) {
        return type.coerce(present(content)).orElseThrow(() -> content.invalid("a value of type " + type.word()));
    }

    private static JsonNode present(Place content) {
        if (content.json().isMissingNode()) {
            throw content.missing();
        }
        return content.json();
    }
}
