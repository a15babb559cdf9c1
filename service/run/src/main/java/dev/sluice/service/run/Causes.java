package dev.sluice.service.run;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Activity;
import dev.sluice.model.TimeSpan;
import dev.sluice.model.error.ActivityError;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Why attempts, activities and runs ended as they did, in words.
final class Causes {
    private Causes() {}

    /// Why an attempt failed: what the node said, else what the service knows; a timeout brings no words of its own.
    static ActivityError failure(Activity activity, ActivityState state, Report report) {
        if (report.error() != null) {
            return report.error();
        }
        Problem known = report.problem();
        Problem problem = known == null ? timeout(activity, state) : known;
        return activity.is("Copy")
                ? ActivityError.ofCopy(problem, activity.name())
                : ActivityError.of(problem, activity.name());
    }

    private static Problem timeout(Activity activity, ActivityState state) {
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

    /// Data Factory's sentence for each activity that made a run fail, one a line.
    static String runFailed(List<String> names, List<ActivityState> states) {
        StringBuilder message = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            ActivityError error = states.get(i).error();
            String reason = error == null ? "it is inactive and marked as failed" : error.message();
            message.append(i == 0 ? "" : "\n")
                    .append("Operation on target ")
                    .append(names.get(i))
                    .append(" failed: ")
                    .append(reason);
        }
        return message.toString();
    }
}
