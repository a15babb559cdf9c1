package dev.sluice.service.app.http;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Json;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A request, read whole.
///
/// @param uri path and query as they came, not decoded
/// @param path decoded segments
/// @param query decoded parameters by lower-case name; of a name given twice the last
/// @param headers values of a header field by its lower-case name
/// @param base `https://host:port` as the client knows it, for absolute links
/// @param line the connection it came by
/// @param id of this request, for log and answer
public record Request(
        String method,
        URI uri,
        List<String> path,
        Map<String, String> query,
        Function<String, List<String>> headers,
        byte[] body,
        String base,
        Line line,
        String id) {
    Request with(byte[] content) {
        return new Request(method, uri, path, query, headers, content, base, line, id);
    }

    public Optional<String> header(String name) {
        List<String> values = headers.apply(name);
        return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
    }

    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /// The body as a JSON object.
    public ObjectNode json() {
        return Json.parseObject(body);
    }

    /// The body as a JSON object; an empty object when there is no body.
    public ObjectNode jsonOrEmpty() {
        return new String(body, java.nio.charset.StandardCharsets.UTF_8).isBlank() ? Json.object() : object();
    }

    private ObjectNode object() {
        JsonNode json = Json.parse(body);
        if (json instanceof ObjectNode object) {
            return object;
        }
        if (json.isNull()) {
            return Json.object();
        }
        throw ServiceFaults.BAD_REQUEST.with("detail", "the body must be a JSON object");
    }
}
