package dev.sluice.model.run;

import java.util.Arrays;
import java.util.Optional;

/// What has become of a trigger's firing. The windows of a tumbling window trigger go through all of them, other
/// triggers have succeeded when their pipelines were started.
public enum TriggerRunStatus {
    WAITING("Waiting"),
    WAITING_ON_DEPENDENCY("WaitingOnDependency"),
    IN_PROGRESS("Inprogress"),
    SUCCEEDED("Succeeded"),
    FAILED("Failed"),
    CANCELLED("Cancelled");

    private final String word;

    TriggerRunStatus(String word) {
        this.word = word;
    }

    /// As the REST API spells it.
    public String word() {
        return word;
    }

    public boolean ended() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }

    public static Optional<TriggerRunStatus> of(String word) {
        return Arrays.stream(values())
                .filter(s -> s.word.equalsIgnoreCase(word))
                .findFirst();
    }
}
