package dev.sluice.data.batch;

/// Values of at most 32 bits: BOOLEAN, the small integers, INT32, DATE.
public final class IntVector extends Vector {
    private final int[] values;

    IntVector(DataType type, int capacity) {
        super(type, capacity);
        values = new int[capacity];
    }

    public int[] values() {
        return values;
    }

    @Override
    void move(int from, int to) {
        values[to] = values[from];
    }

    @Override
    long reservedBytes() {
        return capacity() * 5L;
    }
}
