package dev.sluice.model;

import java.util.LinkedHashMap;
import java.util.Map;

/// A dataset, read-only.
///
/// @param name the document's name
/// @param type e.g. `DelimitedText`
/// @param linkedService the connection it lies behind; its arguments may be expressions over `dataset()`
/// @param parameters by declared name, in order
/// @param document what it was read from
public record Dataset(
        String name, String type, Reference linkedService, Map<String, Parameter> parameters, Document document) {
    public Dataset {
        parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    public static Dataset of(Document document) {
        Place properties = document.properties();
        return new Dataset(
                document.name(),
                properties.member("type").requiredText(),
                Reference.of(properties.member("linkedServiceName")),
                Parameter.all(properties.member("parameters")),
                document);
    }
}
