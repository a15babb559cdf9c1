package dev.sluice.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// A pipeline, read-only. Build it from a document that [Validation] found no problem in; otherwise the first problem
/// met is thrown.
///
/// @param name the document's name
/// @param parameters by declared name, in order
/// @param variables by declared name, in order
/// @param activities in order
/// @param concurrency most runs at a time; empty when unlimited
/// @param document what it was read from
public record Pipeline(
        String name,
        Map<String, Parameter> parameters,
        Map<String, Parameter> variables,
        List<Activity> activities,
        OptionalInt concurrency,
        Document document) {
    public Pipeline {
        parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        variables = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        activities = List.copyOf(activities);
    }

    public static Pipeline of(Document document) {
        Place properties = document.properties();
        var concurrency = properties.member("concurrency").whole(1, Integer.MAX_VALUE);
        return new Pipeline(
                document.name(),
                Parameter.all(properties.member("parameters")),
                Parameter.all(properties.member("variables")),
                properties.member("activities").items().stream()
                        .map(Activity::of)
                        .toList(),
                concurrency.isPresent() ? OptionalInt.of((int) concurrency.getAsLong()) : OptionalInt.empty(),
                document);
    }
}
