package dev.sluice.ssis.engine.dataflow.rows;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.Vector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fills buffers row by row. One thread. A row is finished by [#next()]; when [#full()], take the buffer.
public final class BufferBuilder {
    private final Layout layout;
    private final int capacity;
    private final long fullBytes;
    private Vector[] vectors;
    private List<BytesVector> variable;
    private int rows;

    /// @param capacity most rows of a buffer
    /// @param fullBytes bytes at which a buffer counts as full
    public BufferBuilder(Layout layout, int capacity, long fullBytes) {
        this.layout = layout;
        this.capacity = capacity;
        this.fullBytes = Math.min(fullBytes, 1 << 29);
        this.vectors = new Vector[0];
        this.variable = List.of();
        fresh();
    }

    /// Sized as the pipeline's properties say.
    ///
    /// @param sizing defaultBufferMaxRows and defaultBufferSize
    public static BufferBuilder of(Layout layout, Sizing sizing) {
        long width = layout.columns().stream()
                .mapToLong(c -> Storage.width(c.type()))
                .sum();
        long fits = Math.max(1, sizing.bytes() / Math.max(1, width));
        return new BufferBuilder(layout, (int) Math.min(sizing.rows(), Math.max(fits, 64)), sizing.bytes());
    }

    /// How large buffers may be.
    public record Sizing(int rows, long bytes) {}

    private void fresh() {
        vectors = new Vector[layout.size()];
        List<BytesVector> bytes = new ArrayList<>();
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = Storage.vector(layout.column(i).type(), capacity);
            if (vectors[i] instanceof BytesVector b) {
                bytes.add(b);
            }
        }
        variable = bytes;
        rows = 0;
    }

    public Layout layout() {
        return layout;
    }

    /// Rows that are finished, and the place of the one being filled.
    public int rows() {
        return rows;
    }

    public Vector vector(int column) {
        return vectors[column];
    }

    public void set(int column, @Nullable Object value) {
        Cells.set(vectors[column], layout.column(column).type(), rows, value);
    }

    public void copy(int column, Vector from, int row) {
        Cells.copy(from, row, vectors[column], rows);
    }

    /// The value that was set for the row being filled.
    public @Nullable Object value(int column) {
        return Cells.get(vectors[column], layout.column(column).type(), rows);
    }

    /// Takes back what was set for the row being filled.
    public void reset() {
        for (Vector vector : vectors) {
            vector.nulls()[rows] = 0;
        }
    }

    public void next() {
        rows++;
    }

    public boolean full() {
        if (rows >= capacity) {
            return true;
        }
        long bytes = 0;
        for (BytesVector v : variable) {
            bytes += v.offsets()[rows];
        }
        return bytes >= fullBytes;
    }

    /// The rows so far; the builder is then empty.
    public Buffer take() {
        @Nullable Vector[] taken = vectors;
        Buffer buffer = new Buffer(layout, taken, rows);
        fresh();
        return buffer;
    }
}
