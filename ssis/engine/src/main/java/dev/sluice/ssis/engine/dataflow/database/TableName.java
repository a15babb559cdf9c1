package dev.sluice.ssis.engine.dataflow.database;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A table as its database knows it. Packages write `[schema].[table]` or `"schema"."table"` for any database; here the
/// name is found without regard to case and quoted as the database wants it.
///
/// @param catalog null where the database has none
/// @param schema null where the database has none
/// @param quote around names
record TableName(@Nullable String catalog, @Nullable String schema, String name, String quote) {
    static TableName of(Wiring wiring, Connection connection, String text) throws SQLException {
        List<String> parts = parts(text);
        if (parts.isEmpty()) {
            throw wiring.invalid("it names no table", Codes.PROPERTY);
        }
        DatabaseMetaData meta = connection.getMetaData();
        String quote =
                Optional.ofNullable(meta.getIdentifierQuoteString()).orElse("").strip();
        String name = parts.getLast();
        if (name.startsWith("#")) {
            return new TableName(null, null, name, quote);
        }
        String schema = parts.size() > 1 ? parts.get(parts.size() - 2) : null;
        return find(meta, connection.getCatalog(), schema, name, quote)
                .orElseThrow(() -> wiring.failed("there is no table or view '" + text + "'", Codes.OLE_DB));
    }

    private static Optional<TableName> find(
            DatabaseMetaData meta, @Nullable String catalog, @Nullable String schema, String name, String quote)
            throws SQLException {
        for (String form : List.of(name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT))) {
            try (ResultSet tables = meta.getTables(catalog, null, escaped(meta, form), null)) {
                while (tables.next()) {
                    String foundSchema = tables.getString("TABLE_SCHEM");
                    boolean here = schema == null
                            ? visible(meta, foundSchema)
                            : foundSchema == null
                                    ? schema.equalsIgnoreCase(tables.getString("TABLE_CAT"))
                                            || schema.equalsIgnoreCase("main")
                                    : foundSchema.equalsIgnoreCase(schema);
                    String found = tables.getString("TABLE_NAME");
                    if (here && found.equalsIgnoreCase(name)) {
                        return Optional.of(new TableName(tables.getString("TABLE_CAT"), foundSchema, found, quote));
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static boolean visible(DatabaseMetaData meta, @Nullable String schema) throws SQLException {
        String current = meta.getConnection().getSchema();
        return schema == null || current == null || schema.equalsIgnoreCase(current);
    }

    private static String escaped(DatabaseMetaData meta, String name) throws SQLException {
        String escape = Optional.ofNullable(meta.getSearchStringEscape()).orElse("");
        return escape.isEmpty() ? name : name.replace("_", escape + "_").replace("%", escape + "%");
    }

    /// `[a.b].c` → `a.b`, `c`.
    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        char until = 0;
        for (char c : text.strip().toCharArray()) {
            if (until != 0) {
                if (c == until) {
                    until = 0;
                } else {
                    part.append(c);
                }
            } else if (c == '[' || c == '"' || c == '`') {
                until = c == '[' ? ']' : c;
            } else if (c == '.') {
                parts.add(part.toString().strip());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        if (!part.isEmpty()) {
            parts.add(part.toString().strip());
        }
        return parts;
    }

    String quoted(String identifier) {
        return quote.isEmpty() ? identifier : quote + identifier.replace(quote, quote + quote) + quote;
    }

    /// For a statement.
    String sql() {
        return name.startsWith("#") ? name : (schema == null ? "" : quoted(schema) + ".") + quoted(name);
    }
}
