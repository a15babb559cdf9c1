package dev.sluice.service.run;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Activity;
import dev.sluice.model.Place;
import dev.sluice.model.secret.SecretPlaces;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What is not to be told about an activity whose input is secured: the values that did not fit when it was started.
final class Secured {
    /// Evidence that repeats a value of the input.
    private static final Set<String> VALUES = Set.of("value", "actual", "expression", "detail");

    private Secured() {}

    /// The problem with values masked if the activity's policy says so, or says it by an expression, which may not have
    /// been evaluated.
    static Problem problem(Activity activity, Problem problem) {
        Place secure = activity.place().member("policy").member("secureInput");
        boolean open = !secure.present() || secure.json().asString("").equalsIgnoreCase("false");
        if (open) {
            return problem;
        }
        Map<String, String> evidence = new LinkedHashMap<>(problem.evidence());
        evidence.replaceAll((name, value) -> VALUES.contains(name) ? SecretPlaces.MASK : value);
        return new Problem(problem.fault(), problem.kind(), problem.location(), evidence);
    }
}
