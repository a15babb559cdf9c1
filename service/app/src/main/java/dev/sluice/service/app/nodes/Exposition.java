package dev.sluice.service.app.nodes;

import java.util.LinkedHashMap;
import java.util.Map;

/// Text in Prometheus' exposition format, version 0.0.4: families in the order in which they were first named, each
/// with its help and type once. Not thread-safe.
final class Exposition {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<String, StringBuilder> families = new LinkedHashMap<>();

    /// Adds a value.
    ///
    /// @param type `gauge` or `counter`
    /// @param labels name, value, name, value …
    void add(String name, String type, String help, double value, String... labels) {
        StringBuilder family = families.computeIfAbsent(
                name,
                n -> new StringBuilder()
                        .append("# HELP ")
                        .append(n)
                        .append(' ')
                        .append(help)
                        .append("\n# TYPE ")
                        .append(n)
                        .append(' ')
                        .append(type)
                        .append('\n'));
        family.append(name);
        for (int i = 0; i + 1 < labels.length; i += 2) {
            family.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            escape(labels[i + 1], family);
            family.append('"');
        }
        family.append(labels.length > 0 ? "} " : " ").append(number(value)).append('\n');
    }

    private static void escape(String value, StringBuilder out) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case '"' -> out.append("\\\"");
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
    }

    private static String number(double value) {
        long whole = (long) value;
        return whole == value ? Long.toString(whole) : Double.toString(value);
    }

    String text() {
        StringBuilder all = new StringBuilder();
        families.values().forEach(all::append);
        return all.toString();
    }
}
