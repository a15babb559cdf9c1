package dev.sluice.service.run;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.run.RunStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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
    /// How a called run ended.
    ///
    /// @param known what the activity has given so far: which run it called
    static Report of(Letter.ChildEnded child, JsonNode known) {
        ObjectNode output = Json.object();
        known.properties().forEach(e -> output.set(e.getKey(), e.getValue()));
        if (child.returnValue() != null) {
            output.set(ReturnValue.NAME, child.returnValue());
        }
        boolean good = child.status() == RunStatus.SUCCEEDED;
        Signal signal = good ? Signal.CHILD_SUCCEEDED : Signal.CHILD_FAILED;
        return new Report(signal, output, good ? null : Causes.called(child, known), null, "");
    }

    /// The same of an activity whose job only asks a service: its success is not the activity's.
    Report asked() {
        return signal == Signal.JOB_SUCCEEDED ? of(Signal.ASKED) : this;
    }

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
