package dev.sluice.service.run;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A signal with what came along.
///
/// @param output what the activity gave; empty when nothing
/// @param error how it failed, in the node's words; null when it did not, or when `problem` says it
/// @param problem how it failed, in the service's words
/// @param node who says so; empty when unknown
record Report(
        Signal signal,
        JsonNode output,
        @Nullable ActivityError error,
        @Nullable Problem problem,
        String node) {
    static Report of(Signal signal) {
        return new Report(signal, Json.object(), null, null, "");
    }

    static Report started(String node) {
        return new Report(Signal.JOB_STARTED, Json.object(), null, null, node);
    }

    static Report failed(Signal signal, Problem problem) {
        return new Report(signal, Json.object(), null, problem, "");
    }
}
