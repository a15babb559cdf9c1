package dev.sluice.model.trigger;

import dev.sluice.model.Place;
import java.util.List;

/// Starts pipelines on a wall-clock schedule.
public record ScheduleTrigger(List<TriggeredPipeline> pipelines, Recurrence recurrence) implements Trigger {
    public ScheduleTrigger {
        pipelines = List.copyOf(pipelines);
    }

    @Override
    public String type() {
        return "ScheduleTrigger";
    }

    static ScheduleTrigger of(Place properties) {
        Place recurrence = properties.at("typeProperties", "recurrence");
        if (!recurrence.present()) {
            throw recurrence.missing();
        }
        return new ScheduleTrigger(TriggeredPipeline.several(properties), Recurrence.of(recurrence));
    }
}
