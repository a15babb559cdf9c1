package dev.sluice.model.trigger;

import java.util.List;

/// A trigger of a type that is kept but cannot be started here.
///
/// @param type as written
public record OtherTrigger(String type, List<TriggeredPipeline> pipelines) implements Trigger {
    public OtherTrigger {
        pipelines = List.copyOf(pipelines);
    }
}
