package dev.sluice.node.agent;

import dev.sluice.model.Json;
import dev.sluice.secrets.Redaction;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Outcomes on their way out of the node.
final class Outcomes {
    private Outcomes() {}

    /// A failed outcome without any secret the node knows, should a driver's message hold one; others as they are.
    static JsonNode redacted(JsonNode outcome, Redaction redaction) {
        return outcome.path("status").asString("").equals("Failed") ? mask(outcome, redaction) : outcome;
    }

    private static JsonNode mask(JsonNode node, Redaction redaction) {
        if (node.isString()) {
            return Json.text(redaction.mask(node.stringValue()));
        }
        if (node.isObject()) {
            ObjectNode masked = Json.object();
            for (Map.Entry<String, JsonNode> e : node.properties()) {
                masked.set(e.getKey(), mask(e.getValue(), redaction));
            }
            return masked;
        }
        if (node.isArray()) {
            ArrayNode masked = Json.array();
            node.forEach(child -> masked.add(mask(child, redaction)));
            return masked;
        }
        return node;
    }

    /// As Data Factory writes a duration: `d.hh:mm:ss`.
    static String span(Duration duration) {
        String clock = String.format(
                java.util.Locale.ROOT,
                "%02d:%02d:%02d",
                duration.toHoursPart(),
                duration.toMinutesPart(),
                duration.toSecondsPart());
        return duration.toDaysPart() > 0 ? duration.toDaysPart() + "." + clock : clock;
    }
}
