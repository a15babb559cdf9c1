package dev.sluice.connectors.jdbc.relational;

import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.data.batch.Schema;
import java.util.List;
import java.util.stream.Collectors;

/// A table that rows are loaded into.
///
/// @param table the target, or the staging table in front of it
/// @param columns the table's columns that rows have values for, in the order of `incoming`
/// @param incoming what batches hold
public record LoadTarget(
        Session session,
        TableName table,
        List<RelationalColumn> columns,
        Schema incoming,
        WriteOptions options,
        Step about) {

    public LoadTarget {
        columns = List.copyOf(columns);
    }

    /// The columns' names, quoted, comma-separated.
    public String names() {
        return columns.stream().map(c -> session.dialect().quote(c.name())).collect(Collectors.joining(", "));
    }

    /// The table as SQL writes it.
    public String sql() {
        return table.sql(session.dialect());
    }
}
