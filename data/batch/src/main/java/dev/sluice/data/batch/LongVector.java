package dev.sluice.data.batch;

/// Values of 64 bits: INT64 and unsigned kin, DECIMAL up to 18 digits (unscaled), times.
public final class LongVector extends Vector {
    private final long[] values;

    LongVector(DataType type, int capacity) {
        super(type, capacity);
        values = new long[capacity];
    }

    public long[] values() {
        return values;
    }

    @Override
    void move(int from, int to) {
        values[to] = values[from];
    }

    @Override
    long reservedBytes() {
        return capacity() * 9L;
    }
}
