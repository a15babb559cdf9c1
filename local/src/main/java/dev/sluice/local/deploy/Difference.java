package dev.sluice.local.deploy;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// One value that differs between two normal forms.
///
/// @param path for people: `activities[Copy].policy.retry`; items of lists by name where they have one
/// @param before null where there was nothing
/// @param after null where there is nothing
record Difference(
        String path, @Nullable JsonNode before, @Nullable JsonNode after) {
    private static final int SHOWN = 160;

    /// All differences, from the normal forms of [Content].
    static List<Difference> between(ObjectNode before, ObjectNode after) {
        List<Difference> found = new ArrayList<>();
        compare("", before, after, found);
        return List.copyOf(found);
    }

    private static void compare(
            String path, @Nullable JsonNode before, @Nullable JsonNode after, List<Difference> found) {
        if (before instanceof ObjectNode one && after instanceof ObjectNode other) {
            objects(path, one, other, found);
        } else if (before instanceof ArrayNode one && after instanceof ArrayNode other) {
            arrays(path, one, other, found);
        } else if (before == null ? after != null : !before.equals(after)) {
            found.add(new Difference(path, before, after));
        }
    }

    private static void objects(String path, ObjectNode before, ObjectNode after, List<Difference> found) {
        TreeSet<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(after.propertyNames());
        names.addAll(before.propertyNames());
        for (String name : names) {
            compare(path.isEmpty() ? name : path + "." + name, member(before, name), member(after, name), found);
        }
    }

    private static @Nullable JsonNode member(ObjectNode of, String name) {
        Place place = Place.root(of).member(name);
        return place.present() ? place.json() : null;
    }

    private static void arrays(String path, ArrayNode before, ArrayNode after, List<Difference> found) {
        String key = Content.key(after).equals(Content.key(before)) ? Content.key(after) : "";
        if (key.isEmpty()) {
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                compare(path + "[" + i + "]", before.get(i), after.get(i), found);
            }
            return;
        }
        Map<String, JsonNode> old = named(before, key);
        Map<String, JsonNode> now = named(after, key);
        List<String> stayed = old.keySet().stream().filter(now::containsKey).toList();
        if (!stayed.equals(now.keySet().stream().filter(old::containsKey).toList())) {
            found.add(new Difference(path + " (order)", names(old), names(now)));
        }
        now.forEach((name, item) -> compare(path + "[" + name + "]", old.get(name), item, found));
        old.forEach((name, item) -> {
            if (!now.containsKey(name)) {
                compare(path + "[" + name + "]", item, null, found);
            }
        });
    }

    private static Map<String, JsonNode> named(ArrayNode list, String key) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        list.forEach(item -> named.put(Place.root(item).member(key).json().asString(""), item));
        return named;
    }

    private static ArrayNode names(Map<String, JsonNode> named) {
        ArrayNode names = Json.array();
        named.keySet().forEach(names::add);
        return names;
    }

    /// `retry: 0 → 3`.
    String line() {
        String text = path + ": ";
        if (before == null) {
            return text + "+ " + shown(after);
        }
        return after == null ? text + "- " + shown(before) : text + shown(before) + " → " + shown(after);
    }

    private static String shown(@Nullable JsonNode value) {
        String text = value == null ? "" : Json.write(value);
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("path", path);
        if (before != null) {
            json.set("before", before);
        }
        if (after != null) {
            json.set("after", after);
        }
        return json;
    }
}
