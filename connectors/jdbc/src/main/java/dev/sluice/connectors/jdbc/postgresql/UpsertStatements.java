package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.relational.Merge;
import dev.sluice.diagnosis.DataFaults;
import java.util.List;
import java.util.stream.Collectors;

/// Moves staged rows into a table, changing those that are there: `ON CONFLICT` where the keys are those of a unique
/// index, which also holds against writers at the same time; otherwise an UPDATE and an INSERT of what is missing.
///
/// @param columns all columns that rows have
/// @param given the keys of the activity; empty: the primary key
record UpsertStatements(Catalog catalog, TableName table, List<String> columns, List<String> given) {
    private List<String> keys() {
        List<String> keys = given.isEmpty() ? catalog.primaryKey(table) : given;
        if (keys.isEmpty() || !columns.containsAll(keys)) {
            throw DataFaults.MAPPING_INVALID
                    .problem()
                    .evidence(
                            "detail",
                            keys.isEmpty()
                                    ? "an upsert into " + table
                                            + " needs upsertSettings.keys, since it has no primary key."
                                    : "the key columns " + keys + " must all be mapped; mapped are " + columns + ".")
                    .exception();
        }
        return keys;
    }

    /// @param staged a SELECT that gives the rows
    List<String> from(String staged) {
        List<String> keys = keys();
        if (catalog.isUnique(table, keys)) {
            String others = columns.stream()
                    .filter(c -> !keys.contains(c))
                    .map(c -> TableName.quote(c) + " = EXCLUDED." + TableName.quote(c))
                    .collect(Collectors.joining(", "));
            return List.of("INSERT INTO " + table.sql() + " (" + quoted(columns) + ") OVERRIDING SYSTEM VALUE " + staged
                    + " ON CONFLICT (" + quoted(keys) + ") DO "
                    + (others.isEmpty() ? "NOTHING" : "UPDATE SET " + others));
        }
        Merge merge = new Merge(table.sql(), "(" + staged + ")", columns, keys, TableName::quote);
        return columns.size() == keys.size()
                ? List.of(merge.insertMissing())
                : List.of(merge.updateFrom(), merge.insertMissing());
    }

    private static String quoted(List<String> names) {
        return names.stream().map(TableName::quote).collect(Collectors.joining(", "));
    }
}
