package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Goes over a leaf's values and nulls one by one, with the levels that say which structures they lie in.
final class LeafCursor implements AutoCloseable {
    private static final int PORTION = 1_024;
    private static final int PORTION_BYTES = 1 << 20;

    private final ColumnReader reader;
    private final int full;
    private final Batch values;
    private final int[] repetitions = new int[PORTION];
    private final int[] definitions = new int[PORTION];
    private int size;
    private int at;
    private int value;

    LeafCursor(ColumnReader reader, DataType type, MemoryBudget memory) {
        this.reader = reader;
        this.full = reader.column.definitions();
        this.values = new Batch(new Schema(List.of(new Field("value", type))), PORTION, memory);
    }

    ColumnReader reader() {
        return reader;
    }

    /// Before the first value of a row group.
    void begin() {
        size = 0;
        at = 0;
        value = 0;
    }

    /// Whether there is anything more in the row group.
    boolean more() throws IOException {
        if (at < size) {
            return true;
        }
        values.clear();
        at = 0;
        value = 0;
        size = reader.readLevels(values.vector(0), repetitions, definitions, PORTION, PORTION_BYTES);
        return size > 0;
    }

    /// The repetition level of what comes next; at the end that of a new row, 0.
    int repetition() throws IOException {
        return more() ? repetitions[at] : 0;
    }

    int definition() throws IOException {
        if (!more()) {
            throw new CorruptData("column '" + reader.column.name() + "' ends before its row group");
        }
        return definitions[at];
    }

    /// Passes over a null, which must be one: something at that level is not there.
    void skip(int level) throws IOException {
        if (definition() >= level) {
            throw new CorruptData("the columns of a structure disagree on whether it is there");
        }
        at++;
    }

    /// The value, as [dev.sluice.data.trees.Shape] has it.
    Object take() throws IOException {
        if (definition() != full) {
            throw new CorruptData("column '" + reader.column.name() + "' has no value where one is due");
        }
        at++;
        int row = value++;
        Vector vector = values.vector(0);
        return switch (vector) {
            case IntVector v -> (long) v.values()[row];
            case LongVector v -> v.values()[row];
            case DoubleVector v -> v.values()[row];
            case WideVector v -> v.get(row);
            case BytesVector v -> Arrays.copyOfRange(v.data(), v.offsets()[row], v.offsets()[row + 1]);
        };
    }

    @Override
    public void close() {
        reader.close();
        values.close();
    }
}
