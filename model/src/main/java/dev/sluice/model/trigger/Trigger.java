package dev.sluice.model.trigger;

import dev.sluice.model.Document;
import dev.sluice.model.Place;
import java.util.List;
import java.util.Locale;

/// What starts pipelines by itself. A view of a document of kind trigger; values.
public sealed interface Trigger
        permits ScheduleTrigger, TumblingWindowTrigger, RerunTumblingWindowTrigger, EventTrigger, OtherTrigger {
    /// Most pipelines of one trigger.
    int MAX_PIPELINES = 100;

    /// `properties.type` as Data Factory spells it.
    String type();

    /// What it starts, in order. A tumbling window trigger has at most one.
    List<TriggeredPipeline> pipelines();

    /// Reads a trigger.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException located, for the first member that does not fit
    static Trigger of(Document document) {
        Place properties = document.properties();
        String type = properties.member("type").requiredText();
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "scheduletrigger" -> ScheduleTrigger.of(properties);
            case "tumblingwindowtrigger" -> TumblingWindowTrigger.of(properties);
            case "blobeventstrigger" -> BlobEventsTrigger.of(properties);
            case "blobtrigger" -> BlobTrigger.of(properties);
            case "reruntumblingwindowtrigger" -> RerunTumblingWindowTrigger.of(properties);
            case "customeventstrigger" -> CustomEventsTrigger.of(properties);
            default -> new OtherTrigger(type, TriggeredPipeline.either(properties));
        };
    }
}
