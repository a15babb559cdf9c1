package dev.sluice.connectors.http;

import dev.sluice.data.trees.Json;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// A whole JSON document as plain values: [Map] in the document's order, [List], [String], [BigDecimal], [Boolean].
/// For what is small: descriptions and answers about columns.
final class JsonTree {
    private JsonTree() {}

    /// @throws tools.jackson.core.JacksonException when it is none
    static @Nullable Object of(byte[] utf8) {
        try (JsonParser p = Json.parser(new ByteArrayInputStream(utf8))) {
            p.nextToken();
            return value(p);
        }
    }

    /// The value below these members; null when there is none.
    static @Nullable Object at(@Nullable Object tree, String path) {
        Object at = tree;
        for (String step : path.replaceFirst("^\\$\\.?", "").split("\\.", -1)) {
            if (!step.isEmpty()) {
                at = at instanceof Map<?, ?> map ? map.get(step) : null;
            }
        }
        return at;
    }

    private static @Nullable Object value(JsonParser p) {
        JsonToken token = p.currentToken();
        if (token == JsonToken.START_OBJECT) {
            Map<String, @Nullable Object> map = new LinkedHashMap<>();
            while (p.nextToken() != JsonToken.END_OBJECT) {
                String name = p.currentName();
                p.nextToken();
                map.put(name, value(p));
            }
            return map;
        }
        if (token == JsonToken.START_ARRAY) {
            List<@Nullable Object> list = new ArrayList<>();
            while (p.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(p));
            }
            return list;
        }
        if (token == null || token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return token == JsonToken.VALUE_TRUE;
        }
        return token.isNumeric() ? p.getDecimalValue() : p.getString();
    }
}
