package dev.sluice.service.run;

import dev.sluice.model.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The output of a copy in two hops, from those of its hops: read was what the first read, written what the
/// second wrote, times add up, `executionDetails` has both, and `hops` what each of them counted.
final class BridgeOutput {
    private static final String[] OF_THE_FIRST = {"dataRead", "filesRead", "rowsRead", "sourcePeakConnections"};
    private static final String[] OF_BOTH = {"rowsSkipped", "filesSkipped", "copyDuration"};
    private static final String[] COUNTED = {
        "effectiveIntegrationRuntime",
        "dataRead",
        "dataWritten",
        "filesRead",
        "filesWritten",
        "rowsRead",
        "rowsCopied",
        "rowsSkipped",
        "sourcePeakConnections",
        "sinkPeakConnections",
        "usedParallelCopies",
        "copyDuration",
        "throughput"
    };
    private static final String[] LOGS = {"logFilePath", "redirectRowPath"};

    private BridgeOutput() {}

    static ObjectNode of(JsonNode first, JsonNode second) {
        ObjectNode all = Json.object();
        second.properties().forEach(e -> all.set(e.getKey(), e.getValue()));
        for (String name : OF_THE_FIRST) {
            all.remove(name);
            put(all, name, first.path(name));
        }
        for (String name : OF_BOTH) {
            if (first.has(name) || second.has(name)) {
                all.put(name, first.path(name).asLong(0) + second.path(name).asLong(0));
            }
        }
        for (String name : LOGS) {
            all.remove(name);
            put(all, name, first.path(name));
            put(all, name + "FromStaging", second.path(name));
        }
        all.put(
                "usedParallelCopies",
                Math.max(
                        first.path("usedParallelCopies").asInt(1),
                        second.path("usedParallelCopies").asInt(1)));
        throughput(all, first, second);
        all.set("executionDetails", joined(first.path("executionDetails"), second.path("executionDetails")));
        name(all.path("executionDetails").path(0), first);
        name(all.path("executionDetails").path(1), second);
        timings(all, first, second);
        ArrayNode hops = all.putArray("hops");
        hops.add(counted(first));
        hops.add(counted(second));
        ObjectNode queue = all.putObject("durationInQueue");
        queue.put("integrationRuntimeQueue", queued(first) + queued(second));
        if (all.path("billingReference").path("billableDuration") instanceof ArrayNode of
                && first.path("billingReference").path("billableDuration") instanceof ArrayNode) {
            ObjectNode billing = all.path("billingReference").deepCopy().asObject();
            billing.set("billableDuration", joined(first.at("/billingReference/billableDuration"), of));
            all.set("billingReference", billing);
        }
        ObjectNode manifest = Json.object();
        put(manifest, "source", first.at("/manifest/source"));
        put(manifest, "sink", second.at("/manifest/sink"));
        all.remove("manifest");
        if (!manifest.isEmpty()) {
            all.set("manifest", manifest);
        }
        return all;
    }

    private static void put(ObjectNode json, String name, JsonNode value) {
        if (!value.isMissingNode()) {
            json.set(name, value);
        }
    }

    private static ArrayNode joined(JsonNode first, JsonNode second) {
        ArrayNode all = Json.array();
        first.forEach(e -> all.add(e.deepCopy()));
        second.forEach(e -> all.add(e.deepCopy()));
        return all;
    }

    private static void name(JsonNode hop, JsonNode output) {
        if (hop instanceof ObjectNode named) {
            put(named, "effectiveIntegrationRuntime", output.path("effectiveIntegrationRuntime"));
        }
    }

    private static ObjectNode counted(JsonNode hop) {
        ObjectNode json = Json.object();
        for (String name : COUNTED) {
            put(json, name, hop.path(name));
        }
        return json;
    }

    private static long queued(JsonNode output) {
        return output.at("/durationInQueue/integrationRuntimeQueue").asLong(0);
    }

    /// In milliseconds, as the nodes measured them.
    private static void timings(ObjectNode all, JsonNode first, JsonNode second) {
        if (!first.path("timings").isObject()) {
            return;
        }
        ObjectNode sum = Json.object();
        first.path("timings")
                .properties()
                .forEach(e -> sum.put(
                        e.getKey(),
                        e.getValue().asLong(0)
                                + second.path("timings").path(e.getKey()).asLong(0)));
        all.set("timings", sum);
    }

    /// KB/s of data read, over the time of both; the nodes' figures give the times exactly.
    private static void throughput(ObjectNode all, JsonNode first, JsonNode second) {
        double seconds = seconds(first) + seconds(second);
        double kilobytes = first.path("dataRead").asDouble(0) / 1_024.0;
        all.put("throughput", Math.round(kilobytes / Math.max(0.001, seconds) * 1_000) / 1_000.0);
    }

    private static double seconds(JsonNode hop) {
        double rate = hop.path("throughput").asDouble(0);
        return rate > 0
                ? hop.path("dataRead").asDouble(0) / 1_024.0 / rate
                : hop.path("copyDuration").asDouble(0);
    }
}
