package dev.sluice.service.run;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Activity;
import java.util.Optional;

/// Whether an activity could be executed at all, asked before anything runs.
public final class Runnability {
    private Runnability() {}

    /// The problem with which an activity will fail when it is reached, whatever its settings are, located at its
    /// type; empty for one whose type can be executed.
    public static Optional<Problem> problem(Activity activity) {
        try {
            ActivityType.of(activity);
            return Optional.empty();
        } catch (ProblemException e) {
            return Optional.of(e.problem());
        }
    }
}
