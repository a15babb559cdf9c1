package dev.sluice.data.testkit;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a batch down readably: `BatchBuilder.columns().column("id", INT32).column("name", STRING).row(1,
/// "a")…`.
public final class BatchBuilder {
    private final List<Field> fields = new ArrayList<>();
    private final List<List<@Nullable Object>> rows = new ArrayList<>();

    private BatchBuilder() {}

    public static BatchBuilder columns() {
        return new BatchBuilder();
    }

    public static BatchBuilder of(Schema schema) {
        BatchBuilder builder = new BatchBuilder();
        builder.fields.addAll(schema.fields());
        return builder;
    }

    public BatchBuilder column(String name, DataType type) {
        fields.add(new Field(name, type));
        return this;
    }

    /// Values as [Rows] takes them.
    public BatchBuilder row(@Nullable Object... values) {
        if (values.length != fields.size()) {
            throw new IllegalArgumentException(values.length + " values for " + fields.size() + " columns");
        }
        rows.add(Rows.row(values));
        return this;
    }

    public Schema schema() {
        return new Schema(fields);
    }

    public List<List<@Nullable Object>> rows() {
        return List.copyOf(rows);
    }

    /// A batch that the caller closes.
    public Batch build(MemoryBudget budget) {
        return Rows.batch(schema(), budget, rows);
    }
}
