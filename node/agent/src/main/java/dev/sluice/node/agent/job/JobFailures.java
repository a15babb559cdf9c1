package dev.sluice.node.agent.job;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;

/// Failed outcomes in the form that the activity's type has in Data Factory.
public final class JobFailures {
    private JobFailures() {}

    /// @param kind the job's kind, e.g. `Copy`
    /// @param activityName target of the error
    public static JobOutcome.Failed of(String kind, String activityName, Problem problem) {
        return new JobOutcome.Failed(ActivityError.of(kind, problem, activityName));
    }
}
