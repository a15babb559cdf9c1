package dev.sluice.service.run;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Activity;
import dev.sluice.model.Policy;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.error.Withheld;

/// What is not to be told about an activity whose input or output is secured: neither in its record, nor in that of
/// the run, nor to expressions.
final class Secured {
    private Secured() {}

    /// The problem of an activity that could not be started, with values masked where its policy, which may not have
    /// been evaluated, may say so.
    static Problem problem(Activity activity, Problem problem) {
        return Withheld.wanted(activity) ? Withheld.problem(problem) : problem;
    }

    /// How an attempt failed, with values masked where its policy says so.
    static ActivityError error(Policy policy, ActivityError error) {
        return policy.secureInput() || policy.secureOutput() ? Withheld.error(error) : error;
    }
}
