package dev.sluice.node.agent.job;

import dev.sluice.data.copy.CopyResult;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A copy's result as the output that Data Factory documents, with what only the node knows: where it ran, how long
/// it waited, what it would be billed for. Nothing in it is estimated.
final class CopyOutput {
    private static final JsonMapper JSON = JsonMapper.shared();

    private CopyOutput() {}

    static ObjectNode of(CopyResult result, JobConditions conditions) {
        ObjectNode output = JSON.valueToTree(result.output());
        output.put("effectiveIntegrationRuntime", conditions.runtimeName());
        output.set("billingReference", JSON.valueToTree(billing(result, conditions)));
        long queued = wholeSeconds(conditions.queued());
        output.set("durationInQueue", JSON.valueToTree(Map.of("integrationRuntimeQueue", queued)));
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

    /// Data Factory bills started minutes.
    private static Map<String, Object> billing(CopyResult result, JobConditions conditions) {
        long minutes = Math.max(1, Math.ceilDiv(result.copyDuration().toMillis(), 60_000));
        return Map.of(
                "activityType",
                "DataMovement",
                "billableDuration",
                java.util.List.of(Map.of(
                        "meterType",
                        conditions.selfHosted() ? "SelfhostedIR" : "AzureIR",
                        "duration",
                        minutes / 60.0,
                        "unit",
                        "Hours")));
    }

    private static long wholeSeconds(Duration duration) {
        return Math.round(duration.toMillis() / 1_000.0);
    }
}
