package dev.sluice.model.trigger;

import dev.sluice.model.Place;
import java.util.List;
import java.util.Locale;

/// Starts pipelines when a custom event of a topic came.
///
/// @param subjectBeginsWith empty: any
/// @param subjectEndsWith empty: any
/// @param events types of events, compared without regard to case
/// @param scope the topic's resource id
/// @param filters conditions on the event's members; all must hold
public record CustomEventsTrigger(
        List<TriggeredPipeline> pipelines,
        String subjectBeginsWith,
        String subjectEndsWith,
        List<String> events,
        String scope,
        List<EventFilter> filters)
        implements EventTrigger {
    public CustomEventsTrigger {
        pipelines = List.copyOf(pipelines);
        events = List.copyOf(events);
        filters = List.copyOf(filters);
    }

    @Override
    public String type() {
        return "CustomEventsTrigger";
    }

    /// Whether an event of this type and subject is meant; the filters are not looked at.
    public boolean means(String eventType, String subject) {
        String lower = subject.toLowerCase(Locale.ROOT);
        return events.stream().anyMatch(e -> e.equalsIgnoreCase(eventType))
                && lower.startsWith(subjectBeginsWith.toLowerCase(Locale.ROOT))
                && lower.endsWith(subjectEndsWith.toLowerCase(Locale.ROOT));
    }

    static CustomEventsTrigger of(Place properties) {
        Place own = properties.member("typeProperties");
        Place events = own.member("events");
        List<String> types = events.items().stream().map(Place::requiredText).toList();
        if (types.isEmpty()) {
            throw events.missing();
        }
        return new CustomEventsTrigger(
                TriggeredPipeline.several(properties),
                own.member("subjectBeginsWith").text().orElse(""),
                own.member("subjectEndsWith").text().orElse(""),
                types,
                own.member("scope").requiredText(),
                own.member("advancedFilters").items().stream()
                        .map(EventFilter::of)
                        .toList());
    }
}
