package dev.sluice.model.run;

import java.util.Arrays;
import java.util.Optional;

/// The `status` of a pipeline run.
public enum RunStatus {
    QUEUED("Queued", false),
    IN_PROGRESS("InProgress", false),
    CANCELING("Canceling", false),
    SUCCEEDED("Succeeded", true),
    FAILED("Failed", true),
    CANCELLED("Cancelled", true);

    private final String word;
    private final boolean ended;

    RunStatus(String word, boolean ended) {
        this.word = word;
        this.ended = ended;
    }

    /// As the REST API spells it.
    public String word() {
        return word;
    }

    /// Whether the run is over.
    public boolean ended() {
        return ended;
    }

    public static Optional<RunStatus> of(String word) {
        return Arrays.stream(values())
                .filter(s -> s.word.equalsIgnoreCase(word))
                .findFirst();
    }
}
