package dev.sluice.model;

import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A document referring to another by name: `{"referenceName": …, "type": "DatasetReference", "parameters": {…}}`.
///
/// @param name the name referred to; names are compared without regard to case
/// @param parameters arguments for the parameters of what is referred to, as written (they may be expressions)
/// @param place where the reference stands
public record Reference(String name, Map<String, JsonNode> parameters, Place place) {
    public Reference {
        parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /// Reads a reference; throws a located problem when it names nothing.
    public static Reference of(Place place) {
        Map<String, JsonNode> parameters = new LinkedHashMap<>();
        place.member("parameters").members().forEach((name, value) -> parameters.put(name, value.json()));
        return new Reference(place.member("referenceName").requiredText(), parameters, place);
    }
}
