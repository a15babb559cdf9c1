package dev.sluice.data.batch;

/// FLOAT64, and FLOAT32 widened (which is exact).
public final class DoubleVector extends Vector {
    private final double[] values;

    DoubleVector(DataType type, int capacity) {
        super(type, capacity);
        values = new double[capacity];
    }

    public double[] values() {
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
