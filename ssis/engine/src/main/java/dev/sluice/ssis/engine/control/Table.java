package dev.sluice.ssis.engine.control;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A table in an Object variable: what Execute SQL and the Recordset destination leave and the ADO enumerator goes
/// through.
public record Table(List<String> columns, List<List<@Nullable Object>> rows) {
    public Table {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }
}
