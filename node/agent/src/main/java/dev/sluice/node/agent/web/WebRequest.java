package dev.sluice.node.agent.web;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One request.
///
/// @param headers name to value
/// @param body empty for none
/// @param polls whether an answer 202 with a Location is followed until the work is done
/// @param timeout of each exchange
public record WebRequest(
        String method, URI url, Map<String, String> headers, byte[] body, boolean polls, Duration timeout) {
    /// A request of JSON, or without a body where that is empty.
    public static WebRequest of(String method, URI url, String json, Duration timeout) {
        return new WebRequest(
                method,
                url,
                json.isEmpty() ? Map.of() : Map.of("Content-Type", "application/json"),
                json.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                false,
                timeout);
    }

    /// The last answer.
    ///
    /// @param headers name to values, as they came
    /// @param url which has answered
    public record Answer(int status, Map<String, List<String>> headers, byte[] body, URI url) {
        public boolean succeeded() {
            return status >= 200 && status < 300;
        }

        public String text() {
            return new String(body, java.nio.charset.StandardCharsets.UTF_8);
        }
    }
}
