package dev.sluice.service.app.runs;

import dev.sluice.model.Document;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/// In which lane of its integration runtime a pipeline's jobs travel, by an annotation of the pipeline.
public enum Lane {
    /// `lane:critical`: before all others.
    CRITICAL(100),
    /// Without an annotation.
    NORMAL(0),
    /// `lane:bulk`: behind all others, and never on the last free slot of a node that has more than one.
    BULK(-100);

    private static final String ANNOTATION = "lane:";

    private final int priority;

    Lane(int priority) {
        this.priority = priority;
    }

    int priority() {
        return priority;
    }

    /// The first annotation that names a lane counts; one that names none that exists is an annotation like any
    /// other.
    static Lane of(Document pipeline) {
        for (JsonNode annotation : pipeline.json().path("properties").path("annotations")) {
            String text = annotation.asString("").strip().toLowerCase(Locale.ROOT);
            for (Lane lane : values()) {
                if (text.equals(ANNOTATION + lane.name().toLowerCase(Locale.ROOT))) {
                    return lane;
                }
            }
        }
        return NORMAL;
    }

    /// The lane of a job that waits or runs.
    public static Lane of(int priority) {
        return priority > 0 ? CRITICAL : priority < 0 ? BULK : NORMAL;
    }
}
