package dev.sluice.data.batch;

import java.math.BigInteger;

/// Unscaled DECIMAL values of 19–38 digits: 128-bit two's complement in two arrays.
public final class WideVector extends Vector {
    private final long[] high;
    private final long[] low;

    WideVector(DataType type, int capacity) {
        super(type, capacity);
        high = new long[capacity];
        low = new long[capacity];
    }

    /// Upper 64 bits, signed.
    public long[] high() {
        return high;
    }

    /// Lower 64 bits.
    public long[] low() {
        return low;
    }

    /// Sets a value that fits in 64 bits.
    public void set(int row, long unscaled) {
        high[row] = unscaled >> 63;
        low[row] = unscaled;
    }

    /// Sets a value; it must fit in 128 bits.
    public void set(int row, BigInteger unscaled) {
        high[row] = unscaled.shiftRight(64).longValueExact();
        low[row] = unscaled.longValue();
    }

    public BigInteger get(int row) {
        BigInteger upper = BigInteger.valueOf(high[row]).shiftLeft(64);
        BigInteger lower = new BigInteger(
                1, java.nio.ByteBuffer.allocate(8).putLong(low[row]).array());
        return upper.or(lower);
    }

    @Override
    void move(int from, int to) {
        high[to] = high[from];
        low[to] = low[from];
    }

    @Override
    long reservedBytes() {
        return capacity() * 17L;
    }
}
