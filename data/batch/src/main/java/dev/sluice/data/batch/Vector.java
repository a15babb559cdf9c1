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

    /// The vector that holds values of that type, for that many rows; its fixed arrays count against the budget.
    static Vector allocate(DataType type, int capacity, MemoryBudget budget) {
        return switch (type.kind()) {
            case BOOLEAN, INT8, UINT8, INT16, UINT16, INT32, DATE -> {
                budget.reserve(capacity * 5L);
                yield new IntVector(type, capacity);
            }
            case UINT32, INT64, UINT64, TIME, TIMESTAMP, INSTANT, DURATION -> {
                budget.reserve(capacity * 9L);
                yield new LongVector(type, capacity);
            }
            case FLOAT32, FLOAT64 -> {
                budget.reserve(capacity * 9L);
                yield new DoubleVector(type, capacity);
            }
            case DECIMAL -> {
                boolean wide = type.precision() > DataType.LONG_DIGITS;
                budget.reserve(capacity * (wide ? 17L : 9L));
                yield wide ? new WideVector(type, capacity) : new LongVector(type, capacity);
            }
            case STRING, BINARY, GUID -> new BytesVector(type, capacity, budget);
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

    /// Bytes reserved for this vector, to be released with it.
    abstract long reservedBytes();
}
