package dev.sluice.service.app.documents;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The resource id of a factory, taken apart.
///
/// @param rest what comes after the factory's name: empty, or `/integrationruntimes/name` …
public record FactoryId(String subscription, String group, String factory, String rest) {
    private static final Pattern FORM = Pattern.compile(
            "/subscriptions/([^/]+)/resourceGroups/([^/]+)/providers/Microsoft\\.DataFactory/factories/([^/]+)(/.*)?",
            Pattern.CASE_INSENSITIVE);

    /// Empty for what is no id of a factory or of something in one.
    public static Optional<FactoryId> parse(String id) {
        Matcher m = FORM.matcher(id);
        return m.matches()
                ? Optional.of(new FactoryId(m.group(1), m.group(2), m.group(3), m.group(4) == null ? "" : m.group(4)))
                : Optional.empty();
    }
}
