package dev.sluice.ssis.engine.dataflow.rows;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Some rows of a path. Never changed once it was sent: several components may read the same vectors, so a component
/// that changes a value makes a new vector.
public final class Buffer {
    private final Layout layout;
    private final @Nullable Vector[] vectors;
    private final int rows;

    /// @param vectors one a column; null where the layout says that the column is dead
    public Buffer(Layout layout, @Nullable Vector[] vectors, int rows) {
        this.layout = layout;
        this.vectors = vectors;
        this.rows = rows;
    }

    public Layout layout() {
        return layout;
    }

    public int rows() {
        return rows;
    }

    public Vector vector(int column) {
        return Objects.requireNonNull(vectors[column], "a column that nothing reads");
    }

    public boolean has(int column) {
        return vectors[column] != null;
    }

    public @Nullable Object value(int column, int row) {
        return Cells.get(vector(column), layout.column(column).type(), row);
    }

    /// The same rows as another layout sees them: its first columns are those of this buffer.
    public Buffer as(Layout other) {
        return new Buffer(other, Arrays.copyOf(vectors, other.size()), rows);
    }

    /// A copy of the list of vectors, for changing it.
    public @Nullable Vector[] vectors() {
        return vectors.clone();
    }

    /// Only some of the rows, in that order. Columns that the layout does not need are left out.
    public Buffer select(Layout wanted, int[] chosen, int count) {
        @Nullable Vector[] taken = new Vector[wanted.size()];
        for (int i = 0; i < Math.min(vectors.length, wanted.size()); i++) {
            Vector from = vectors[i];
            if (from != null && wanted.live(i)) {
                taken[i] = gathered(from, layout.column(i), chosen, count);
            }
        }
        return new Buffer(wanted, taken, count);
    }

    private static Vector gathered(Vector from, Column column, int[] chosen, int count) {
        Vector to = Storage.vector(column.type(), count);
        if (from.hasNulls() || from instanceof BytesVector || !plain(from, to, chosen, count)) {
            for (int i = 0; i < count; i++) {
                Cells.copy(from, chosen[i], to, i);
            }
        }
        return to;
    }

    /// Fixed-width values without NULLs.
    private static boolean plain(Vector from, Vector to, int[] chosen, int count) {
        switch (from) {
            case IntVector v -> {
                int[] a = v.values();
                int[] b = ((IntVector) to).values();
                for (int i = 0; i < count; i++) {
                    b[i] = a[chosen[i]];
                }
            }
            case LongVector v -> {
                long[] a = v.values();
                long[] b = ((LongVector) to).values();
                for (int i = 0; i < count; i++) {
                    b[i] = a[chosen[i]];
                }
            }
            case DoubleVector v -> {
                double[] a = v.values();
                double[] b = ((DoubleVector) to).values();
                for (int i = 0; i < count; i++) {
                    b[i] = a[chosen[i]];
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /// Bytes held, roughly.
    public long bytes() {
        long sum = 0;
        for (Vector v : vectors) {
            sum += v instanceof BytesVector b ? b.offsets()[rows] + 5L * rows : v == null ? 0 : 12L * rows;
        }
        return sum;
    }
}
