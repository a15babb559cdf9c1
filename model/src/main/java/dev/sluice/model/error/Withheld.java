package dev.sluice.model.error;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Activity;
import dev.sluice.model.Place;
import dev.sluice.model.secret.SecretPlaces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is not to be told of an activity whose input or output is secured: values that errors repeat. What happened, by
/// its code, where, and what mends it, is told all the same.
public final class Withheld {
    /// Evidence that repeats a value of the input, or what somebody answered.
    private static final Set<String> VALUES =
            Set.of("value", "actual", "expression", "detail", "message", "sample", "statement", "output", "text");

    private Withheld() {}

    /// Whether the policy secures anything, or says so by an expression, which may not have been evaluated.
    public static boolean wanted(Activity activity) {
        Place policy = activity.place().member("policy");
        return secures(policy.member("secureInput")) || secures(policy.member("secureOutput"));
    }

    private static boolean secures(Place flag) {
        return flag.present() && !flag.json().asString("").equalsIgnoreCase("false");
    }

    /// The problem without the values.
    public static Problem problem(Problem problem) {
        return new Problem(problem.fault(), problem.kind(), problem.location(), evidence(problem.evidence()));
    }

    /// The error with the values masked wherever its sentences repeat them. One without details, which is in words of
    /// somebody else's, keeps its code only.
    public static ActivityError error(ActivityError error) {
        if (error.details().isEmpty()) {
            return new ActivityError(
                    error.errorCode(), SecretPlaces.MASK, error.failureType(), error.target(), List.of());
        }
        String message = error.message();
        List<ActivityError.Detail> details = new ArrayList<>();
        for (ActivityError.Detail detail : error.details()) {
            message = masked(message, detail.evidence());
            details.add(new ActivityError.Detail(
                    detail.code(),
                    masked(detail.cause(), detail.evidence()),
                    detail.location(),
                    detail.kind(),
                    detail.retryable(),
                    evidence(detail.evidence()),
                    detail.resolution().stream()
                            .map(step -> masked(step, detail.evidence()))
                            .toList()));
        }
        return new ActivityError(error.errorCode(), message, error.failureType(), error.target(), details);
    }

    private static Map<String, String> evidence(Map<String, String> evidence) {
        Map<String, String> kept = new LinkedHashMap<>(evidence);
        kept.replaceAll((name, value) -> VALUES.contains(name) ? SecretPlaces.MASK : value);
        return kept;
    }

    private static String masked(String text, Map<String, String> evidence) {
        String clean = text;
        for (Map.Entry<String, String> e : evidence.entrySet()) {
            if (VALUES.contains(e.getKey()) && !e.getValue().isEmpty()) {
                clean = clean.replace(e.getValue(), SecretPlaces.MASK);
            }
        }
        return clean;
    }
}
