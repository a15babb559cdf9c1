package dev.sluice.ssis.packages;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Properties of one object as text, whichever encoding they came in. A property that equals its default is not
/// written in the new encoding, so every question names what absence means.
public record PropertyBag(Map<String, String> values) {
    public static final PropertyBag EMPTY = new PropertyBag(Map.of());

    public PropertyBag {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /// Attributes, and children of the form `Property Name="…"`.
    static PropertyBag of(Element element) {
        Map<String, String> values = new LinkedHashMap<>(element.attributes());
        for (Element property : element.children("Property")) {
            property.attribute("Name").ifPresent(name -> values.put(name, property.text()));
        }
        return new PropertyBag(values);
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name));
    }

    public String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /// `True`/`False` (new encoding), `-1`/`0`/`1` (old); anything else is `otherwise`.
    public boolean flag(String name, boolean otherwise) {
        return switch (text(name, "").strip().toLowerCase(Locale.ROOT)) {
            case "true", "-1", "1" -> true;
            case "false", "0" -> false;
            default -> otherwise;
        };
    }

    public OptionalLong number(String name) {
        try {
            return values.containsKey(name)
                    ? OptionalLong.of(Long.parseLong(text(name, "").strip()))
                    : OptionalLong.empty();
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    public int number(String name, int otherwise) {
        return (int) Math.clamp(number(name).orElse(otherwise), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /// The properties without these.
    PropertyBag without(String... names) {
        Map<String, String> rest = new LinkedHashMap<>(values);
        for (String name : names) {
            rest.remove(name);
        }
        return new PropertyBag(rest);
    }
}
