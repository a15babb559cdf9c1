package dev.sluice.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A factory, read-only.
///
/// @param name the document's name
/// @param location the region it was created in; a label here
/// @param globalParameters name to `{type, value}`, in order
/// @param document what it was read from
public record Factory(
        String name, Optional<String> location, Map<String, JsonNode> globalParameters, Document document) {
    public Factory {
        globalParameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(globalParameters));
    }

    public static Factory of(Document document) {
        Map<String, JsonNode> globals = new LinkedHashMap<>();
        document.properties().member("globalParameters").members().forEach((n, p) -> globals.put(n, p.json()));
        return new Factory(document.name(), document.root().member("location").text(), globals, document);
    }

    /// `pipeline().globalParameters`: name to value.
    public ObjectNode globalValues() {
        ObjectNode values = Json.object();
        globalParameters.forEach((name, declared) ->
                values.set(name, Place.root(declared).member("value").json()));
        return values;
    }
}
