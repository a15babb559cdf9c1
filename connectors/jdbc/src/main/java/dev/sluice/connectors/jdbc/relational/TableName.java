package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A table as a dataset names it; case is kept.
///
/// @param parts catalog and schema where given, and the table: one to three names
public record TableName(List<String> parts) {
    private static final int MOST_PARTS = 3;

    public TableName {
        parts = List.copyOf(parts);
    }

    /// The dataset's table: `schema` (or `database`) and `table`, or `tableName` (`t`, `s.t`, `[s].[t]`, `"s"."t"`).
    static Optional<TableName> of(Endpoint endpoint) {
        Settings dataset = endpoint.dataset();
        Optional<String> schema = given(dataset, "schema").or(() -> given(dataset, "database"));
        Optional<String> table = given(dataset, "table");
        if (table.isPresent()) {
            List<String> parts =
                    new ArrayList<>(schema.map(s -> split(s, dataset, "schema")).orElse(List.of()));
            parts.add(table.get());
            return Optional.of(new TableName(parts));
        }
        return given(dataset, "tableName").map(name -> {
            List<String> parts = new ArrayList<>(split(name, dataset, "tableName"));
            if (parts.size() == 1) {
                schema.ifPresent(s -> parts.addFirst(s));
            }
            return new TableName(parts);
        });
    }

    /// A name as SQL writes it, with the quotes of any system; one that is no such name is taken as it stands.
    static TableName parsed(String name) {
        List<String> parts = parts(name.strip());
        return new TableName(parts.isEmpty() || parts.size() > MOST_PARTS ? List.of(name) : parts);
    }

    private static Optional<String> given(Settings dataset, String member) {
        return dataset.text(member).filter(s -> !s.isBlank());
    }

    private static List<String> split(String name, Settings dataset, String member) {
        List<String> parts = parts(name);
        if (parts.isEmpty() || parts.size() > MOST_PARTS) {
            throw dataset.wrong(member, name, "table, schema.table or \"schema\".\"table\"");
        }
        return parts;
    }

    /// The parts between dots outside quotes of any system; empty when quotes are not closed or a part is empty.
    private static List<String> parts(String name) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        char close = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (close != 0 && c == close && i + 1 < name.length() && name.charAt(i + 1) == close) {
                part.append(c);
                i++;
            } else if (close != 0 && c == close) {
                close = 0;
            } else if (close == 0 && part.isEmpty() && (c == '"' || c == '`' || c == '[')) {
                close = c == '[' ? ']' : c;
            } else if (c == '.' && close == 0) {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return close != 0 || parts.stream().anyMatch(String::isEmpty) ? List.of() : parts;
    }

    public String table() {
        return parts.getLast();
    }

    public Optional<String> schema() {
        return parts.size() > 1 ? Optional.of(parts.get(parts.size() - 2)) : Optional.empty();
    }

    public Optional<String> catalog() {
        return parts.size() > 2 ? Optional.of(parts.get(parts.size() - 3)) : Optional.empty();
    }

    /// Another table in the same schema.
    public TableName beside(String other) {
        List<String> names = new ArrayList<>(parts);
        names.set(names.size() - 1, other);
        return new TableName(names);
    }

    /// As SQL writes it, quoted.
    public String sql(Dialect dialect) {
        return parts.stream().map(dialect::quote).collect(Collectors.joining("."));
    }

    /// As a person writes it.
    @Override
    public String toString() {
        return String.join(".", parts);
    }
}
