package dev.sluice.connectors.jdbc.relational;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// The statements that move rows from a staging table into the target, changing those that are there.
///
/// @param target, staging as SQL writes them
/// @param columns all columns that rows have, plain names
/// @param keys those that tell which row it is
/// @param quote how a name is written
public record Merge(
        String target, String staging, List<String> columns, List<String> keys, UnaryOperator<String> quote) {
    public Merge {
        columns = List.copyOf(columns);
        keys = List.copyOf(keys);
    }

    private List<String> others() {
        return columns.stream().filter(c -> !keys.contains(c)).toList();
    }

    private String names() {
        return columns.stream().map(quote).collect(Collectors.joining(", "));
    }

    private String fromStaging() {
        return columns.stream().map(c -> "s." + quote.apply(c)).collect(Collectors.joining(", "));
    }

    private String match() {
        return keys.stream()
                .map(k -> "t." + quote.apply(k) + " = s." + quote.apply(k))
                .collect(Collectors.joining(" AND "));
    }

    private String set(String prefix) {
        return others().stream()
                .map(c -> prefix + quote.apply(c) + " = s." + quote.apply(c))
                .collect(Collectors.joining(", "));
    }

    /// The statements, in order.
    List<String> statements(Dialect dialect) {
        return switch (dialect.upsert()) {
            case MERGE -> List.of(merge() + dialect.endOfMerge());
            case UPDATE_JOIN ->
                others().isEmpty()
                        ? List.of(insertMissing())
                        : List.of(
                                "UPDATE " + target + " t JOIN " + staging + " s ON " + match() + " SET " + set("t."),
                                insertMissing());
            case UPDATE_FROM -> others().isEmpty() ? List.of(insertMissing()) : List.of(updateFrom(), insertMissing());
            case NONE -> throw new IllegalStateException("refused when the sink was opened");
        };
    }

    private String merge() {
        String update = others().isEmpty() ? "" : " WHEN MATCHED THEN UPDATE SET " + set("");
        return "MERGE INTO " + target + " t USING " + staging + " s ON (" + match() + ")" + update
                + " WHEN NOT MATCHED THEN INSERT (" + names() + ") VALUES (" + fromStaging() + ")";
    }

    public String updateFrom() {
        return "UPDATE " + target + " AS t SET " + set("") + " FROM " + staging + " AS s WHERE " + match();
    }

    public String insertMissing() {
        return "INSERT INTO " + target + " (" + names() + ") SELECT " + fromStaging() + " FROM " + staging
                + " s WHERE NOT EXISTS (SELECT 1 FROM " + target + " t WHERE " + match() + ")";
    }
}
