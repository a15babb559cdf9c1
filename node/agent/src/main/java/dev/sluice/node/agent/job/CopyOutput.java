package dev.sluice.node.agent.job;

import dev.sluice.data.copy.CopyResult;
import dev.sluice.model.Json;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A copy's result as the output that Data Factory documents, with what only the node knows: where it ran, how long
/// it waited, what it would be billed for. Nothing in it is estimated.
final class CopyOutput {
    private CopyOutput() {}

    static ObjectNode of(CopyResult result, JobConditions conditions) {
        ObjectNode output = object(result.output());
        output.put("effectiveIntegrationRuntime", conditions.runtimeName());
        output.set("billingReference", object(billing(result, conditions)));
        output.set("timings", timings(result));
        long queued = wholeSeconds(conditions.queued());
        output.set("durationInQueue", object(Map.of("integrationRuntimeQueue", queued)));
        if (output.path("executionDetails").path(0) instanceof ObjectNode stage) {
            if (stage.path("profile").path("queue") instanceof ObjectNode queue) {
                queue.put("duration", queued);
            }
            if (stage.path("detailedDurations") instanceof ObjectNode detailed) {
                detailed.put("queuingDuration", queued);
            }
        }
        return output;
    }

    /// Where the copy's time went, in milliseconds: until the first data came, and after that. Reading and
    /// writing go on at the same time, so what came after is divided as their working times are.
    private static ObjectNode timings(CopyResult result) {
        CopyResult.Phases phases = result.phases();
        long whole = result.copyDuration().toMillis();
        long prepare = Math.min(whole, phases.preparing().toMillis());
        long untilData = phases.timeToFirstByte().isZero()
                ? whole - Math.min(whole, phases.transfer().toMillis())
                : Math.min(whole, phases.timeToFirstByte().toMillis());
        long connect = Math.max(0, untilData - prepare);
        long moving = Math.max(0, whole - prepare - connect);
        long reading = phases.reading().toNanos();
        long working = reading + phases.writing().toNanos();
        long read = working == 0 ? moving : Math.round(moving * (reading / (double) working));
        ObjectNode timings = Json.object();
        timings.put("prepare", prepare);
        timings.put("connect", connect);
        timings.put("read", read);
        timings.put("write", moving - read);
        return timings;
    }

    /// Data Factory bills started minutes.
    private static Map<String, Object> billing(CopyResult result, JobConditions conditions) {
        long minutes = Math.max(1, Math.ceilDiv(result.copyDuration().toMillis(), 60_000));
        return Map.of(
                "activityType",
                "DataMovement",
                "billableDuration",
                List.of(Map.of(
                        "meterType",
                        conditions.selfHosted() ? "SelfhostedIR" : "AzureIR",
                        "duration",
                        minutes / 60.0,
                        "unit",
                        "Hours")));
    }

    /// Maps, lists, texts and numbers as JSON.
    static ObjectNode object(Map<?, ?> map) {
        ObjectNode object = Json.object();
        map.forEach((key, value) -> object.set(String.valueOf(key), json(value)));
        return object;
    }

    private static JsonNode json(Object value) {
        return switch (value) {
            case Map<?, ?> map -> object(map);
            case List<?> list -> {
                ArrayNode array = Json.array();
                list.forEach(element -> array.add(json(element)));
                yield array;
            }
            case String text -> Json.text(text);
            case Boolean b -> Json.object().booleanNode(b);
            case Integer n -> Json.object().numberNode(n.intValue());
            case Long n -> Json.object().numberNode(n.longValue());
            case Double n -> Json.object().numberNode(n.doubleValue());
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        };
    }

    private static long wholeSeconds(Duration duration) {
        return Math.round(duration.toMillis() / 1_000.0);
    }
}
