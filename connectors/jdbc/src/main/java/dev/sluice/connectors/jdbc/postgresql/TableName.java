package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A table as a dataset names it; case is kept.
///
/// @param schema empty: looked up in the session's search path
record TableName(Optional<String> schema, String table) {
    /// The dataset's table: `schema` and `table`, or `tableName` (`t`, `s.t`, `"s"."t"`).
    static Optional<TableName> of(Endpoint endpoint) {
        Settings dataset = endpoint.dataset();
        Optional<String> schema = dataset.text("schema").filter(s -> !s.isBlank());
        Optional<String> table = dataset.text("table").filter(s -> !s.isBlank());
        if (table.isPresent()) {
            return Optional.of(new TableName(schema, table.get()));
        }
        return dataset.text("tableName").filter(s -> !s.isBlank()).map(name -> {
            List<String> parts = parts(name);
            if (parts.isEmpty() || parts.size() > 2) {
                throw dataset.wrong("tableName", name, "table, schema.table or \"schema\".\"table\"");
            }
            return parts.size() == 2
                    ? new TableName(Optional.of(parts.get(0)), parts.get(1))
                    : new TableName(schema, parts.get(0));
        });
    }

    /// A name as SQL writes it: `t`, `s.t`, `"s"."t"`, and `[s].[t]` as people bring it along; empty when it is none.
    static Optional<TableName> named(String text) {
        String name = text.strip();
        List<String> parts = parts(name.startsWith("[") || name.contains(".[") ? unbracketed(name) : name);
        return switch (parts.size()) {
            case 1 -> Optional.of(new TableName(Optional.empty(), parts.get(0)));
            case 2 -> Optional.of(new TableName(Optional.of(parts.get(0)), parts.get(1)));
            default -> Optional.empty();
        };
    }

    private static String unbracketed(String name) {
        return name.replace("\"", "\"\"").replace("[", "\"").replace("]", "\"");
    }

    /// The name in lower case, as the server keeps names that were not quoted.
    TableName folded() {
        return new TableName(schema.map(s -> s.toLowerCase(Locale.ROOT)), table.toLowerCase(Locale.ROOT));
    }

    /// The parts between dots outside quotes; empty when quotes are not closed or a part is empty.
    private static List<String> parts(String name) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '"' && quoted && i + 1 < name.length() && name.charAt(i + 1) == '"') {
                part.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return quoted || parts.stream().anyMatch(String::isEmpty) ? List.of() : parts;
    }

    /// An identifier in double quotes.
    static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /// A text in single quotes.
    static String literal(String text) {
        return (text.indexOf('\\') >= 0 ? " E'" : "'") + text.replace("'", "''").replace("\\", "\\\\") + "'";
    }

    /// As SQL writes it, quoted.
    String sql() {
        return schema.map(s -> quote(s) + ".").orElse("") + quote(table);
    }

    /// As a person writes it.
    @Override
    public String toString() {
        return schema.map(s -> s + ".").orElse("") + table;
    }
}
