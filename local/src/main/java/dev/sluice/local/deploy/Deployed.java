package dev.sluice.local.deploy;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the last deployment left in a factory, kept in the factory itself (`properties.sluiceDeployment`), so that the
/// next one, wherever it runs, sees what was changed in between.
///
/// @param known whether there was one
/// @param digests of contents, by [Resource#key]
/// @param stopped triggers that a deployment stopped and has not started again
record Deployed(boolean known, Map<String, String> digests, Set<String> stopped) {
    /// Member of the factory's `properties`; the service keeps it without reading it.
    static final String MEMBER = "sluiceDeployment";

    Deployed {
        digests = new LinkedHashMap<>(digests);
        stopped = new LinkedHashSet<>(stopped);
    }

    static Deployed none() {
        return new Deployed(false, Map.of(), Set.of());
    }

    /// Of a factory as the service shows it.
    static Deployed of(ObjectNode factory) {
        JsonNode json = Place.root(factory).at("properties", MEMBER).json();
        if (!json.isObject()) {
            return none();
        }
        Map<String, String> digests = new LinkedHashMap<>();
        json.path("resources")
                .properties()
                .forEach(e -> digests.put(e.getKey(), e.getValue().asString("")));
        Set<String> stopped = new LinkedHashSet<>();
        json.path("stopped").forEach(name -> stopped.add(name.asString("")));
        return new Deployed(true, digests, stopped);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        ObjectNode resources = json.putObject("resources");
        digests.forEach(resources::put);
        ArrayNode waiting = json.putArray("stopped");
        stopped.forEach(waiting::add);
        return json;
    }
}
