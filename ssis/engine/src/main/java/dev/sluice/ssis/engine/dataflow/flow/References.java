package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.ssis.packages.Component;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// References to columns in the text of properties: `#{path}` in the new encoding, `#12` in the old; properties of
/// components that hold nothing but a number have it bare.
public final class References {
    private static final Pattern REFERENCE = Pattern.compile("#\\{([^}]*)\\}|#(\\d+)");

    private References() {}

    /// What a text that is one reference means.
    public static String lineage(String text) {
        String t = text.strip();
        Matcher matcher = REFERENCE.matcher(t);
        return matcher.matches() ? name(matcher) : t;
    }

    /// All references within a text.
    public static Set<String> all(String text) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = REFERENCE.matcher(text);
        while (matcher.find()) {
            found.add(name(matcher));
        }
        return found;
    }

    private static String name(Matcher matcher) {
        return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    }

    /// The text of a property, empty when there is none.
    public static String text(Map<String, Component.Property> properties, String name) {
        return Optional.ofNullable(properties.get(name))
                .map(Component.Property::text)
                .orElse("");
    }

    public static int number(Map<String, Component.Property> properties, String name, int otherwise) {
        String text = text(properties, name).strip();
        return text.matches("-?\\d{1,9}") ? Integer.parseInt(text) : otherwise;
    }
}
