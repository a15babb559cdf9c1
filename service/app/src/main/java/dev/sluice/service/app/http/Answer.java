package dev.sluice.service.app.http;

import dev.sluice.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A whole answer.
///
/// @param body JSON in UTF-8; empty for none
public record Answer(int status, Map<String, String> headers, byte[] body) {
    private static final byte[] NOTHING = {};

    public Answer {
        headers = Map.copyOf(headers);
    }

    public static Answer ok(JsonNode json) {
        return of(200, json);
    }

    public static Answer of(int status, JsonNode json) {
        return new Answer(status, Map.of(), Json.bytes(json));
    }

    public static Answer bytes(int status, byte[] json) {
        return new Answer(status, Map.of(), json);
    }

    public static Answer empty(int status) {
        return new Answer(status, Map.of(), NOTHING);
    }

    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, body);
    }
}
