package dev.sluice.data.batch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of one schema, held column by column. Whoever holds a batch owns it: it is filled by one thread, handed
/// on whole, read by another, cleared and used again. Not thread-safe; the hand-over (the exchange) publishes it
/// safely.
///
/// A reader fills the vectors' arrays from row [#rows()] on and then says how many there are with [#setRows]. It
/// stops at [#capacity()] rows, or earlier when [#isFull()] (bytes) says so.
public final class Batch implements Reusable {
    /// Rows in a batch unless a reader asks otherwise: large enough to amortise a hand-over, small enough for the
    /// cache.
    public static final int DEFAULT_ROWS = 4_096;

    /// A batch counts as full when its byte columns hold this much, whatever its row count.
    public static final int FULL_BYTES = 4 << 20;

    private final Schema schema;
    private final List<Vector> vectors;
    private final List<Vector> own;
    private final List<BytesVector> bytesVectors;
    private final MemoryBudget budget;
    private final int capacity;
    private int rows;
    private long firstRow = 1;
    private boolean closed;

    /// Allocates the vectors; the budget is charged until [#close()].
    public Batch(Schema schema, int capacity, MemoryBudget budget) {
        this(schema, capacity, budget, allocate(schema, capacity, budget, null, new int[0]), List.of());
    }

    private Batch(
            Schema schema, int capacity, MemoryBudget budget, List<Vector> vectors, List<? extends Vector> shared) {
        this.schema = schema;
        this.capacity = capacity;
        this.budget = budget;
        this.vectors = vectors;
        this.own = vectors.stream().filter(v -> !shared.contains(v)).toList();
        this.bytesVectors = vectors.stream()
                .filter(BytesVector.class::isInstance)
                .map(BytesVector.class::cast)
                .toList();
    }

    /// A batch that takes some of its vectors from another one without copying, and has vectors of its own for
    /// the rest. It shows the other's values wherever it shares, is used by the same thread, is closed before or
    /// after the other, and charges the budget only for its own vectors.
    ///
    /// @param columns for each column of `schema` the column of `base` it is (of the same type), or -1 for one
    ///     of its own
    public static Batch sharing(Schema schema, Batch base, int[] columns, MemoryBudget budget) {
        List<Vector> vectors = allocate(schema, base.capacity, budget, base, columns);
        return new Batch(schema, base.capacity, budget, vectors, base.vectors);
    }

    /// All vectors or none: what was reserved is given back when a later one does not fit.
    private static List<Vector> allocate(
            Schema schema, int capacity, MemoryBudget budget, @Nullable Batch base, int[] columns) {
        List<Vector> vectors = new ArrayList<>(schema.size());
        List<Vector> own = new ArrayList<>(schema.size());
        try {
            for (int i = 0; i < schema.size(); i++) {
                DataType type = schema.field(i).type();
                if (base != null && columns[i] >= 0) {
                    vectors.add(shared(base.vectors.get(columns[i]), type));
                } else {
                    own.add(Vector.allocate(type, capacity, budget));
                    vectors.add(own.getLast());
                }
            }
        } catch (MemoryBudgetExceededException | OutOfMemoryError | IllegalArgumentException e) {
            own.forEach(v -> budget.release(v.reservedBytes()));
            throw e;
        }
        return List.copyOf(vectors);
    }

    private static Vector shared(Vector v, DataType type) {
        if (!v.type().equals(type)) {
            throw new IllegalArgumentException("a column of " + v.type() + " cannot stand for " + type);
        }
        return v;
    }

    public Schema schema() {
        return schema;
    }

    public int capacity() {
        return capacity;
    }

    public int rows() {
        return rows;
    }

    public void setRows(int count) {
        if (count < 0 || count > capacity) {
            throw new IllegalArgumentException(count + " of " + capacity + " rows");
        }
        rows = count;
    }

    /// Ordinal of the batch's first row in what its reader reads, counted from 1; for messages about a row.
    public long firstRow() {
        return firstRow;
    }

    public void setFirstRow(long ordinal) {
        firstRow = ordinal;
    }

    public Vector vector(int column) {
        return vectors.get(column);
    }

    public IntVector ints(int column) {
        return (IntVector) vectors.get(column);
    }

    public LongVector longs(int column) {
        return (LongVector) vectors.get(column);
    }

    public DoubleVector doubles(int column) {
        return (DoubleVector) vectors.get(column);
    }

    public WideVector wides(int column) {
        return (WideVector) vectors.get(column);
    }

    public BytesVector bytes(int column) {
        return (BytesVector) vectors.get(column);
    }

    /// Whether no further row should be added: no rows left, or the byte columns hold [#FULL_BYTES] or more.
    /// `count` is the number of rows set so far, which a reader keeps in a local.
    public boolean isFull(int count) {
        if (count >= capacity) {
            return true;
        }
        long bytes = 0;
        for (BytesVector v : bytesVectors) {
            bytes += v.offsets()[count];
        }
        return bytes >= FULL_BYTES;
    }

    /// Removes the rows whose byte is not 0 and moves the others up, in every vector of this batch. Ordinals
    /// counted from [#firstRow()] are then no longer those of the reader.
    ///
    /// @return how many rows were removed
    public int remove(byte[] marked) {
        int kept = 0;
        for (int row = 0; row < rows; row++) {
            kept += marked[row] == 0 ? 1 : 0;
        }
        int removed = rows - kept;
        if (removed > 0) {
            for (Vector v : vectors) {
                v.remove(marked, rows);
            }
            rows = kept;
        }
        return removed;
    }

    /// Empties the batch for reuse; capacity stays. Shared vectors are emptied with the batch they come from.
    @Override
    public void clear() {
        rows = 0;
        for (Vector v : own) {
            v.clear();
        }
    }

    /// Gives the memory back to the budget. The batch must not be used afterwards.
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            for (Vector v : own) {
                budget.release(v.reservedBytes());
            }
        }
    }
}
