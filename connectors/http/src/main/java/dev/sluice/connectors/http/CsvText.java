package dev.sluice.connectors.http;

import java.util.ArrayList;
import java.util.List;

/// Delimited text as services of the web exchange it: commas, quotation marks that are doubled, lines that end with a
/// line feed.
final class CsvText {
    private CsvText() {}

    static String line(List<String> values) {
        StringBuilder out = new StringBuilder();
        for (String value : values) {
            out.append(out.isEmpty() ? "" : ",")
                    .append('"')
                    .append(value.replace("\"", "\"\""))
                    .append('"');
        }
        return out.append('\n').toString();
    }

    /// The first lines of a text.
    static List<List<String>> lines(String text, int most) {
        List<List<String>> lines = new ArrayList<>();
        List<String> line = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length() && lines.size() < most; i++) {
            char c = text.charAt(i);
            if (c == '"') {
                boolean doubled = quoted && i + 1 < text.length() && text.charAt(i + 1) == '"';
                if (doubled) {
                    value.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && (c == ',' || c == '\n')) {
                line.add(value.toString());
                value.setLength(0);
                if (c == '\n') {
                    lines.add(List.copyOf(line));
                    line.clear();
                }
            } else if (quoted || c != '\r') {
                value.append(c);
            }
        }
        if (lines.size() < most && (!line.isEmpty() || !value.isEmpty())) {
            line.add(value.toString());
            lines.add(List.copyOf(line));
        }
        return lines;
    }

    /// The value of that column; empty without one.
    static String value(List<String> names, List<String> values, String column) {
        int index = names.indexOf(column);
        return index < 0 || index >= values.size() ? "" : values.get(index);
    }
}
