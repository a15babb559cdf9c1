package dev.sluice.model.run;

import java.util.Arrays;
import java.util.Optional;

/// What runs can be filtered and ordered by.
public enum Operand {
    PIPELINE_NAME("PipelineName", false),
    STATUS("Status", false),
    RUN_START("RunStart", true),
    RUN_END("RunEnd", true),
    ACTIVITY_NAME("ActivityName", false),
    ACTIVITY_RUN_START("ActivityRunStart", true),
    ACTIVITY_RUN_END("ActivityRunEnd", true),
    ACTIVITY_TYPE("ActivityType", false),
    TRIGGER_NAME("TriggerName", false),
    TRIGGER_RUN_TIMESTAMP("TriggerRunTimestamp", true),
    RUN_GROUP_ID("RunGroupId", false),
    LATEST_ONLY("LatestOnly", false);

    private final String word;
    private final boolean time;

    Operand(String word, boolean time) {
        this.word = word;
        this.time = time;
    }

    /// As the REST API spells it.
    public String word() {
        return word;
    }

    /// Whether its values are timestamps.
    public boolean isTime() {
        return time;
    }

    static Optional<Operand> of(String word) {
        return Arrays.stream(values())
                .filter(o -> o.word.equalsIgnoreCase(word))
                .findFirst();
    }
}
