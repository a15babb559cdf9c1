package dev.sluice.service.app.http;

import dev.sluice.model.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A whole answer.
///
/// @param body JSON in UTF-8; empty for none
/// @param fate is told whether it could be written
public record Answer(int status, Map<String, String> headers, byte[] body, Fate fate) {
    private static final byte[] NOTHING = {};

    /// What became of an answer. Called once, on a thread of the server: must not block.
    public interface Fate {
        /// Nobody cares.
        Fate WHATEVER = new Fate() {
            @Override
            public void written() {}

            @Override
            public void lost() {}
        };

        /// It was handed to the network; whether it arrived is not known.
        void written();

        /// The connection is gone: the client cannot have all of it.
        void lost();
    }

    public Answer {
        headers = Map.copyOf(headers);
    }

    public static Answer ok(JsonNode json) {
        return of(200, json);
    }

    public static Answer of(int status, JsonNode json) {
        return new Answer(status, Map.of(), Json.bytes(json), Fate.WHATEVER);
    }

    public static Answer bytes(int status, byte[] json) {
        return new Answer(status, Map.of(), json, Fate.WHATEVER);
    }

    public static Answer empty(int status) {
        return new Answer(status, Map.of(), NOTHING, Fate.WHATEVER);
    }

    public Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, body, fate);
    }

    public Answer with(Fate told) {
        return new Answer(status, headers, body, told);
    }
}
