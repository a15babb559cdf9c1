package dev.sluice.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A linked service, read-only.
///
/// @param name the document's name
/// @param type e.g. `PostgreSqlV2`
/// @param connectVia the integration runtime to reach it through; empty means the built-in one
/// @param parameters by declared name, in order
/// @param document what it was read from
public record LinkedService(
        String name,
        String type,
        Optional<Reference> connectVia,
        Map<String, Parameter> parameters,
        Document document) {
    public LinkedService {
        parameters = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    public static LinkedService of(Document document) {
        Place properties = document.properties();
        Place via = properties.member("connectVia");
        return new LinkedService(
                document.name(),
                properties.member("type").requiredText(),
                via.present() ? Optional.of(Reference.of(via)) : Optional.empty(),
                Parameter.all(properties.member("parameters")),
                document);
    }
}
