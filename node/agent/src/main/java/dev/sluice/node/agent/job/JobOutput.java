package dev.sluice.node.agent.job;

import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// What the outputs of activities have in common: where they ran, how long they waited and took, what they would be
/// billed for.
final class JobOutput {
    /// Data Factory's limit for an activity's output.
    static final int MOST_BYTES = 4 << 20;

    private JobOutput() {}

    /// Adds the members to an output.
    ///
    /// @param meter `PipelineActivity` for what Data Factory does itself, `ExternalActivity` for what others do
    static ObjectNode completed(ObjectNode output, JobConditions conditions, Instant start, String meter) {
        Duration took = Duration.between(start, conditions.clock().instant());
        output.put("effectiveIntegrationRuntime", conditions.runtimeName());
        output.put("executionDuration", wholeSeconds(took));
        output.putObject("durationInQueue").put("integrationRuntimeQueue", wholeSeconds(conditions.queued()));
        ObjectNode billing = output.putObject("billingReference");
        billing.put("activityType", meter);
        ObjectNode billed = billing.putArray("billableDuration").addObject();
        billed.put("meterType", conditions.selfHosted() ? "SelfhostedIR" : "AzureIR");
        // Data Factory bills started minutes.
        billed.put("duration", Math.max(1, Math.ceilDiv(took.toMillis(), 60_000)) / 60.0);
        billed.put("unit", "Hours");
        return output;
    }

    /// The output of an activity must fit into its run's record.
    static void check(ObjectNode output, String activity) {
        if (Json.bytes(output).length > MOST_BYTES) {
            throw tooLarge(activity);
        }
    }

    static ProblemException tooLarge(String activity) {
        return ActivityFaults.OUTPUT_TOO_LARGE
                .problem()
                .evidence("activity", activity)
                .evidence("limit", MOST_BYTES)
                .exception();
    }

    private static long wholeSeconds(Duration duration) {
        return Math.round(duration.toMillis() / 1_000.0);
    }
}
