package dev.sluice.service.run;

import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Activity;
import dev.sluice.model.TimeSpan;
import dev.sluice.model.error.ActivityError;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Why attempts, activities and runs ended as they did, in words.
final class Causes {
    /// Longest message of a container; each one around it repeats it.
    private static final int MAX_MESSAGE = 4_000;

    private Causes() {}

    /// Why an attempt failed: what the node said, else what the service knows; a timeout brings no words of its own.
    static ActivityError failure(Activity activity, ActivityState state, Report report) {
        if (report.error() != null) {
            return report.error();
        }
        Problem known = report.problem();
        Problem problem = known == null ? timeout(activity, state) : known;
        return ActivityError.of(activity.type(), problem, activity.name());
    }

    private static Problem timeout(Activity activity, ActivityState state) {
        if (state.status() == ActivityStatus.EXPECTING) {
            return RunFaults.NOT_CALLED_BACK
                    .problem()
                    .at(activity.place().pointer())
                    .evidence("activity", activity.name())
                    .evidence("timeout", TimeSpan.format(state.policy().timeout()))
                    .build();
        }
        return RunFaults.ACTIVITY_TIMED_OUT
                .problem()
                .at(activity.place().pointer())
                .evidence("activity", activity.name())
                .evidence("timeout", TimeSpan.format(state.policy().timeout()))
                .build();
    }

    static Problem cancellation(@Nullable String by) {
        return RunFaults.CANCELLED
                .problem()
                .evidence("by", Objects.requireNonNullElse(by, "nobody"))
                .build();
    }

    /// Why a container failed, in Data Factory's words: what is behind it is told once more, and kept as the cause.
    static ActivityError inside(Activity container, Activity inner, ActivityState state) {
        ActivityError error = state.error();
        String message = "Activity failed because an inner activity failed; Inner activity name: " + inner.name()
                + ", Error: " + reason(state);
        return new ActivityError(
                "ActionFailed",
                shortened(message),
                error == null ? Kind.USER.failureType() : error.failureType(),
                container.name(),
                error == null ? List.of() : error.details());
    }

    /// Why a ForEach failed: as its first failed iteration did, with how many there are.
    static ActivityError iterations(ActivityError first, Body.Loop loop) {
        String message = loop.failed() == 1
                ? first.message()
                : first.message() + " (" + loop.failed() + " of " + loop.count() + " iterations failed)";
        return new ActivityError(first.errorCode(), message, first.failureType(), first.target(), first.details());
    }

    /// Why an ExecutePipeline failed: in the words of the run that it called.
    static ActivityError called(Letter.ChildEnded child, JsonNode output) {
        String pipeline = output.path("pipelineName").asString("");
        Problem problem = RunFaults.CALLED_RUN_FAILED
                .problem()
                .evidence("pipeline", pipeline)
                .evidence("run", child.runId())
                .evidence("status", child.status().word())
                .evidence("message", shortened(child.message()))
                .build();
        String target = child.activity().substring(child.activity().lastIndexOf('/') + 1);
        String message = child.message().isEmpty() ? problem.message() : shortened(child.message());
        return new ActivityError(
                "BadRequest", message, Kind.USER.failureType(), target, List.of(ActivityError.Detail.of(problem)));
    }

    private static String shortened(String message) {
        return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "…" : message;
    }

    private static String reason(ActivityState state) {
        ActivityError error = state.error();
        return error == null ? "it is inactive and marked as failed" : error.message();
    }

    /// Data Factory's sentence for each activity that made a run fail, one a line.
    static String runFailed(List<String> names, List<ActivityState> states) {
        StringBuilder message = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            message.append(i == 0 ? "" : "\n")
                    .append("Operation on target ")
                    .append(names.get(i))
                    .append(" failed: ")
                    .append(reason(states.get(i)));
        }
        return message.toString();
    }
}
