package dev.sluice.model.trigger;

import dev.sluice.model.Place;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/// Runs the windows of a tumbling window trigger again that begin in a span of time, oldest first.
///
/// @param parent the tumbling window trigger's name
/// @param from `requestedStartTime`
/// @param to `requestedEndTime`; windows that begin before it are meant
/// @param concurrency most windows that this trigger has under way
public record RerunTumblingWindowTrigger(String parent, Instant from, Instant to, int concurrency) implements Trigger {
    /// As in Data Factory.
    public static final int MAX_CONCURRENCY = 50;

    @Override
    public String type() {
        return "RerunTumblingWindowTrigger";
    }

    /// It starts what its parent starts.
    @Override
    public List<TriggeredPipeline> pipelines() {
        return List.of();
    }

    static RerunTumblingWindowTrigger of(Place properties) {
        Place own = properties.member("typeProperties");
        Place parent = own.member("parentTrigger");
        Place most = own.member("rerunConcurrency");
        Instant from = time(own.member("requestedStartTime"));
        Place end = own.member("requestedEndTime");
        Instant to = time(end);
        if (!from.isBefore(to)) {
            throw end.invalid("a time after requestedStartTime");
        }
        return new RerunTumblingWindowTrigger(
                name(parent), from, to, (int) most.whole(1, MAX_CONCURRENCY).orElseThrow(most::missing));
    }

    /// A reference, or as Data Factory's own tools write it, only the name.
    private static String name(Place parent) {
        return parent.json().isObject() ? parent.member("referenceName").requiredText() : parent.requiredText();
    }

    private static Instant time(Place place) {
        WallTime time = WallTime.of(place);
        if (time == null) {
            throw place.missing();
        }
        return time.in(ZoneOffset.UTC);
    }
}
