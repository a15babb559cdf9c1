package dev.sluice.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A declared parameter or variable of a pipeline, dataset or linked service.
///
/// @param name as declared; compared without regard to case
/// @param type its type
/// @param defaultValue null when there is none
public record Parameter(
        String name, ValueType type, @Nullable JsonNode defaultValue) {
    /// The declarations in an object `{name: {"type": …, "defaultValue": …}}`, in their order.
    public static Map<String, Parameter> all(Place declarations) {
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        declarations.members().forEach((name, place) -> parameters.put(name, of(name, place)));
        return parameters;
    }

    private static Parameter of(String name, Place place) {
        Place type = place.member("type");
        ValueType known = type.present()
                ? ValueType.of(type.requiredText()).orElseThrow(() -> type.invalid("one of " + ValueType.words()))
                : ValueType.STRING;
        Place given = place.member("defaultValue");
        return new Parameter(name, known, given.present() ? given.json() : null);
    }
}
