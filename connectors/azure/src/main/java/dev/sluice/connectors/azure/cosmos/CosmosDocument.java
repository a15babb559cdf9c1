package dev.sluice.connectors.azure.cosmos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.trees.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// A document as it is sent.
///
/// @param body with a text as `id`: a number becomes its text, and one that is missing or null is made
/// @param partition the value of the partition key as the service's header has it
record CosmosDocument(String id, byte[] body, String partition) {
    private static final int LONGEST_ID = 1_023;

    /// Why a row cannot be sent.
    static final class Unfit extends Exception {
        private static final long serialVersionUID = 1;
        private final String column;

        Unfit(String column, String detail) {
            super(detail);
            this.column = column;
        }

        String column() {
            return column;
        }
    }

    private static final class Found {
        private final @Nullable String[] keys;
        private @Nullable JsonToken idToken;
        private String id = "";
        private int idStart;
        private int idEnd;

        Found(int keys) {
            this.keys = new String[keys];
        }
    }

    static CosmosDocument of(byte[] json, Container container) throws Unfit {
        Found found = new Found(container.keyPaths().size());
        try (JsonParser p = Json.parser(new ByteArrayInputStream(json))) {
            if (p.nextToken() != JsonToken.START_OBJECT) {
                throw new Unfit("$", "a row that is no object cannot be a document");
            }
            walk(p, new ArrayList<>(), container, found);
        }
        JsonToken token = found.idToken;
        boolean made = token == null || token == JsonToken.VALUE_NULL;
        if (token != null && token.isStructStart()) {
            throw new Unfit("id", "an object or array cannot be an id");
        }
        String id = made ? UUID.randomUUID().toString() : found.id;
        check(id);
        byte[] body = token == JsonToken.VALUE_STRING ? json : spliced(json, found, id);
        return new CosmosDocument(id, body, partition(container, found, id));
    }

    private static void check(String id) throws Unfit {
        boolean odd = id.chars().anyMatch(c -> c == '/' || c == '\\' || c == '?' || c == '#');
        if (odd || id.isEmpty() || id.length() > LONGEST_ID) {
            throw new Unfit("id", "an id has 1 to " + LONGEST_ID + " characters, and none of / \\ ? # among them");
        }
    }

    private static void walk(JsonParser p, List<String> at, Container container, Found found) {
        while (p.nextToken() == JsonToken.PROPERTY_NAME) {
            at.add(p.currentName());
            JsonToken token = p.nextToken();
            if (at.size() == 1 && at.getFirst().equals("id")) {
                found.idToken = token;
                found.idStart = (int) p.currentTokenLocation().getByteOffset();
                found.id = token.isStructStart() ? "" : p.getString();
                found.idEnd = found.idStart + (token.isStructStart() ? 0 : found.id.length());
            }
            int key = container.keyPaths().indexOf(at);
            if (key >= 0 && !token.isStructStart()) {
                found.keys[key] = token == JsonToken.VALUE_STRING ? quoted(p.getString()) : p.getString();
            }
            if (token == JsonToken.START_OBJECT && leads(at, container)) {
                walk(p, at, container, found);
            } else {
                p.skipChildren();
            }
            at.removeLast();
        }
    }

    private static boolean leads(List<String> at, Container container) {
        return container.keyPaths().stream()
                .anyMatch(k -> k.size() > at.size() && k.subList(0, at.size()).equals(at));
    }

    private static byte[] spliced(byte[] json, Found found, String id) {
        StringBuilder text = new StringBuilder();
        int from = found.idStart;
        int to = found.idEnd;
        if (found.idToken == null) {
            from = 1;
            to = 1;
            text.append("\"id\":");
        }
        Json.quote(id, text);
        if (found.idToken == null
                && !new String(json, 1, json.length - 1, UTF_8).strip().equals("}")) {
            text.append(',');
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + text.length());
        out.write(json, 0, from);
        out.writeBytes(text.toString().getBytes(UTF_8));
        out.writeBytes(Arrays.copyOfRange(json, to, json.length));
        return out.toByteArray();
    }

    private static String partition(Container container, Found found, String id) throws Unfit {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < found.keys.length; i++) {
            boolean isId = container.keyPaths().get(i).equals(List.of("id"));
            String value = isId ? quoted(id) : found.keys[i];
            if (value == null) {
                throw new Unfit(
                        container.keyNames().get(i),
                        "the container's partition key has no value here; map a column to it");
            }
            values.add(value);
        }
        return "[" + String.join(",", values) + "]";
    }

    /// As a header may hold it.
    private static String quoted(String text) {
        StringBuilder json = new StringBuilder();
        Json.quote(text, json);
        StringBuilder ascii = new StringBuilder(json.length());
        json.chars()
                .forEach(c ->
                        ascii.append(c < 127 ? String.valueOf((char) c) : String.format(Locale.ROOT, "\\u%04x", c)));
        return ascii.toString();
    }
}
