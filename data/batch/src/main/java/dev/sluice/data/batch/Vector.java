package dev.sluice.data.batch;

import java.util.Arrays;

/// The values of one column of a [Batch]. One thread at a time; ownership goes with the batch.
///
/// A row that is null has `nulls()[row] != 0`; its value slot holds anything (for [BytesVector]: an empty range).
/// Writers ask [#hasNulls()] once per batch and skip the null checks when it is false.
public abstract sealed class Vector permits IntVector, LongVector, DoubleVector, WideVector, BytesVector {
    private final DataType type;
    private final byte[] nulls;
    private boolean hasNulls;

    Vector(DataType type, int capacity) {
        this.type = type;
        this.nulls = new byte[capacity];
    }

    /// The vector that holds values of that type, for that many rows; its arrays count against the budget.
    public static Vector allocate(DataType type, int capacity, MemoryBudget budget) {
        long bytes = firstBytes(type, capacity);
        budget.reserve(bytes);
        try {
            return switch (type.kind()) {
                case BOOLEAN, INT8, UINT8, INT16, UINT16, INT32, DATE -> new IntVector(type, capacity);
                case UINT32, INT64, UINT64, TIME, TIMESTAMP, INSTANT, DURATION -> new LongVector(type, capacity);
                case FLOAT32, FLOAT64 -> new DoubleVector(type, capacity);
                case DECIMAL -> isWide(type) ? new WideVector(type, capacity) : new LongVector(type, capacity);
                case STRING, BINARY, GUID -> new BytesVector(type, capacity, budget);
            };
        } catch (OutOfMemoryError e) {
            budget.release(bytes);
            throw e;
        }
    }

    private static boolean isWide(DataType type) {
        return type.precision() > DataType.LONG_DIGITS;
    }

    private static long firstBytes(DataType type, int capacity) {
        return capacity
                * switch (type.kind()) {
                    case BOOLEAN, INT8, UINT8, INT16, UINT16, INT32, DATE -> 5L;
                    case UINT32, INT64, UINT64, TIME, TIMESTAMP, INSTANT, DURATION, FLOAT32, FLOAT64 -> 9L;
                    case DECIMAL -> isWide(type) ? 17L : 9L;
                    case STRING, BINARY, GUID -> 5L + BytesVector.FIRST_BYTES_PER_ROW;
                };
    }

    public final DataType type() {
        return type;
    }

    public final int capacity() {
        return nulls.length;
    }

    /// One byte a row, not 0 where the row is null.
    public final byte[] nulls() {
        return nulls;
    }

    /// Whether any row may be null.
    public final boolean hasNulls() {
        return hasNulls;
    }

    public final boolean isNull(int row) {
        return hasNulls && nulls[row] != 0;
    }

    /// Makes the row null. For a [BytesVector] rows must be set in ascending order.
    public void setNull(int row) {
        nulls[row] = 1;
        hasNulls = true;
    }

    /// Empties the vector for reuse.
    void clear() {
        if (hasNulls) {
            Arrays.fill(nulls, (byte) 0);
            hasNulls = false;
        }
    }

    /// Removes the rows whose byte is not 0 from the first `rows` rows and moves the others up.
    void remove(byte[] marked, int rows) {
        int to = 0;
        for (int row = 0; row < rows; row++) {
            if (marked[row] == 0) {
                nulls[to] = nulls[row];
                move(row, to++);
            }
        }
    }

    /// Moves a value up to a row that is free; called in ascending order.
    abstract void move(int from, int to);

    /// Bytes reserved for this vector, to be released with it.
    abstract long reservedBytes();
}
