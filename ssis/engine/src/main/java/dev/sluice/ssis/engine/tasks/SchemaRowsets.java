package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.connection.Session;
import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.engine.control.Transaction;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.Enumerator;
import dev.sluice.ssis.packages.Executable;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Foreach ADO.NET Schema Rowset enumerator: what a database says of its own tables, as OLE DB's rowsets have it, from
/// the metadata of JDBC. Tables, columns, schemas, catalogs, procedures and primary keys; restrictions by place.
final class SchemaRowsets {
    private static final Map<String, String> KNOWN = Map.of(
            "c8b52229-5cf3-11ce-ade5-00aa0044773d", "Tables",
            "c8b52214-5cf3-11ce-ade5-00aa0044773d", "Columns",
            "c8b52225-5cf3-11ce-ade5-00aa0044773d", "Schemata",
            "c8b52211-5cf3-11ce-ade5-00aa0044773d", "Catalogs",
            "c8b52224-5cf3-11ce-ade5-00aa0044773d", "Procedures",
            "c8b522c5-5cf3-11ce-ade5-00aa0044773d", "Primary_Keys");

    private static final int MOST_ROWS = 1_000_000;

    private final PackageConnections connections;
    private final Executable loop;
    private final Scope scope;

    SchemaRowsets(PackageConnections connections, Executable loop, Scope scope) {
        this.connections = connections;
        this.loop = loop;
        this.scope = scope;
    }

    List<List<@Nullable Object>> values(Enumerator e, @Nullable Transaction transaction) throws InterruptedException {
        Element settings = e.payload()
                .all()
                .filter(x -> x.attributes().containsKey("Schema"))
                .findFirst()
                .orElseThrow(() -> invalid("its enumerator names no schema rowset"));
        String schema = settings.attribute("Schema", "").replaceAll("[{}]", "").toLowerCase(Locale.ROOT);
        String rowset = KNOWN.getOrDefault(schema, settings.attribute("Schema", ""));
        String reference = settings.attribute("Connection", "");
        var manager = connections.require(reference, loop.refId(), "loop '" + loop.name() + "'");
        try (Session session = connections.open(manager, scope, transaction)) {
            return rows(session.connection().getMetaData(), session.connection().getCatalog(), rowset, restrictions(e));
        } catch (SQLException x) {
            throw invalid("the database refused: " + x.getMessage());
        }
    }

    private ProblemException invalid(String detail) {
        return SsisFaults.LOOP_INVALID.with("loop", loop.name(), "detail", detail);
    }

    /// By place; empty text and absence restrict nothing.
    private static List<String> restrictions(Enumerator e) {
        List<String> found = new ArrayList<>();
        e.payload()
                .all()
                .filter(x -> x.name().toLowerCase(Locale.ROOT).contains("restriction"))
                .filter(x -> x.children().isEmpty())
                .forEach(x -> {
                    int place = Integer.parseInt(
                            x.attribute("Index", Integer.toString(found.size())).strip());
                    while (found.size() <= place && place < 32) {
                        found.add("");
                    }
                    found.set(place, x.attribute("Value").orElse(x.text()).strip());
                });
        return found;
    }

    private List<List<@Nullable Object>> rows(
            DatabaseMetaData meta, @Nullable String catalog, String rowset, List<String> restrictions)
            throws SQLException {
        return switch (rowset) {
            case "Tables" ->
                read(
                        meta.getTables(catalog, null, "%", null),
                        restrictions,
                        "TABLE_CAT",
                        "TABLE_SCHEM",
                        "TABLE_NAME",
                        "=TABLE_TYPE");
            case "Columns" ->
                read(
                        meta.getColumns(catalog, null, "%", "%"),
                        restrictions,
                        "TABLE_CAT",
                        "TABLE_SCHEM",
                        "TABLE_NAME",
                        "COLUMN_NAME",
                        "",
                        "",
                        "ORDINAL_POSITION");
            case "Schemata" -> read(meta.getSchemas(), restrictions, "TABLE_CATALOG", "TABLE_SCHEM");
            case "Catalogs" -> read(meta.getCatalogs(), restrictions, "TABLE_CAT");
            case "Procedures" ->
                read(
                        meta.getProcedures(catalog, null, "%"),
                        restrictions,
                        "PROCEDURE_CAT",
                        "PROCEDURE_SCHEM",
                        "PROCEDURE_NAME");
            case "Primary_Keys" -> keys(meta, catalog, restrictions);
            default ->
                throw invalid("its schema rowset '" + rowset + "' is none of "
                        + KNOWN.values().stream().sorted().toList());
        };
    }

    private static List<List<@Nullable Object>> keys(
            DatabaseMetaData meta, @Nullable String catalog, List<String> restrictions) throws SQLException {
        List<List<@Nullable Object>> all = new ArrayList<>();
        for (List<@Nullable Object> table : read(
                meta.getTables(catalog, null, "%", new String[] {"TABLE"}),
                restrictions,
                "TABLE_CAT",
                "TABLE_SCHEM",
                "TABLE_NAME")) {
            all.addAll(read(
                    meta.getPrimaryKeys(text(table.get(0)), text(table.get(1)), text(table.get(2))),
                    List.of(),
                    "TABLE_CAT",
                    "TABLE_SCHEM",
                    "TABLE_NAME",
                    "COLUMN_NAME",
                    "",
                    "",
                    "KEY_SEQ"));
        }
        return all;
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }

    /// @param columns of the JDBC rowset, by place in OLE DB's; empty for one that JDBC does not have, `=` before the
    ///     type of a table, whose word OLE DB shares
    private static List<List<@Nullable Object>> read(ResultSet found, List<String> restrictions, String... columns)
            throws SQLException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (found) {
            while (found.next() && rows.size() < MOST_ROWS) {
                @Nullable Object[] row = new Object[columns.length];
                boolean wanted = true;
                for (int i = 0; i < columns.length; i++) {
                    String column = columns[i].replace("=", "");
                    row[i] = column.isEmpty() ? null : value(found, column, columns[i].startsWith("="));
                    String restriction = i < restrictions.size() ? restrictions.get(i) : "";
                    wanted &= restriction.isEmpty() || restriction.equalsIgnoreCase(String.valueOf(row[i]));
                }
                if (wanted) {
                    rows.add(Arrays.asList(row));
                }
            }
        }
        return rows;
    }

    private static @Nullable Object value(ResultSet found, String column, boolean type) throws SQLException {
        if (column.equals("ORDINAL_POSITION") || column.equals("KEY_SEQ")) {
            return found.getLong(column);
        }
        String text = found.getString(column);
        return type && "BASE TABLE".equals(text) ? "TABLE" : text;
    }
}
