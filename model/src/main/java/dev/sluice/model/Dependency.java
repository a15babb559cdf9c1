package dev.sluice.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What an activity waits for: the activity named must have ended in one of the ways listed.
///
/// @param activity name of the other activity, compared without regard to case
/// @param conditions alternatives; never empty (none written means Succeeded)
public record Dependency(String activity, Set<Condition> conditions) {
    public Dependency {
        conditions = Set.copyOf(conditions);
    }

    /// How an activity may have ended.
    public enum Condition {
        SUCCEEDED("Succeeded"),
        FAILED("Failed"),
        SKIPPED("Skipped"),
        COMPLETED("Completed");

        private final String word;

        Condition(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }

        static Optional<Condition> of(String text) {
            return Arrays.stream(values())
                    .filter(c -> c.word.equalsIgnoreCase(text))
                    .findFirst();
        }
    }

    static Dependency of(Place place) {
        List<Condition> conditions = place.member("dependencyConditions").items().stream()
                .map(c -> Condition.of(c.requiredText())
                        .orElseThrow(() -> c.invalid("one of Succeeded, Failed, Skipped, Completed")))
                .toList();
        return new Dependency(
                place.member("activity").requiredText(),
                conditions.isEmpty() ? Set.of(Condition.SUCCEEDED) : Set.copyOf(conditions));
    }
}
