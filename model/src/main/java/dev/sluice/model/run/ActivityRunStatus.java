package dev.sluice.model.run;

import java.util.Arrays;
import java.util.Optional;

/// The `status` of an activity run. A skipped activity has no record.
public enum ActivityRunStatus {
    QUEUED("Queued"),
    IN_PROGRESS("InProgress"),
    SUCCEEDED("Succeeded"),
    FAILED("Failed"),
    CANCELLED("Cancelled");

    private final String word;

    ActivityRunStatus(String word) {
        this.word = word;
    }

    /// As the REST API spells it.
    public String word() {
        return word;
    }

    public static Optional<ActivityRunStatus> of(String word) {
        return Arrays.stream(values())
                .filter(s -> s.word.equalsIgnoreCase(word))
                .findFirst();
    }
}
