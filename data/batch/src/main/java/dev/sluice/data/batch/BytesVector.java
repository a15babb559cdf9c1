package dev.sluice.data.batch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Values of any length, laid end to end: row `r` is `data()[offsets()[r]] … data()[offsets()[r + 1]]`. Rows are
/// set in ascending order without gaps. `data()` is replaced when it grows: fetch it again after [#reserve].
public final class BytesVector extends Vector {
    /// Bytes allocated per row at first; text columns of ordinary tables fit without growing.
    static final int FIRST_BYTES_PER_ROW = 16;

    private final int[] offsets;
    private final MemoryBudget budget;
    private byte[] data;

    BytesVector(DataType type, int capacity, MemoryBudget budget) {
        super(type, capacity);
        this.budget = budget;
        this.offsets = new int[capacity + 1];
        this.data = new byte[capacity * FIRST_BYTES_PER_ROW];
    }

    /// `capacity + 1` ascending positions in [#data()].
    public int[] offsets() {
        return offsets;
    }

    public byte[] data() {
        return data;
    }

    /// Makes sure that `length` bytes fit from position `at`, growing (and reserving budget) where needed.
    ///
    /// @return [#data()] after that
    public byte[] reserve(int at, int length) {
        if (length > data.length - at) {
            grow((long) at + length);
        }
        return data;
    }

    private void grow(long needed) {
        if (needed > Integer.MAX_VALUE - 16) {
            throw new MemoryBudgetExceededException(needed, budget.used(), budget.limit());
        }
        int size = (int) Math.min(Integer.MAX_VALUE - 16, Math.max(needed, data.length * 2L));
        budget.reserve(size);
        try {
            byte[] bigger = Arrays.copyOf(data, size);
            budget.release(data.length);
            data = bigger;
        } catch (OutOfMemoryError e) {
            budget.release(size);
            throw e;
        }
    }

    /// Sets the row to a copy of those bytes.
    public void set(int row, byte[] source, int from, int length) {
        int at = offsets[row];
        byte[] into = reserve(at, length);
        System.arraycopy(source, from, into, at, length);
        offsets[row + 1] = at + length;
    }

    public void set(int row, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        set(row, utf8, 0, utf8.length);
    }

    /// The row's bytes as text; for messages and tests, not for hot loops.
    public String text(int row) {
        return new String(data, offsets[row], offsets[row + 1] - offsets[row], StandardCharsets.UTF_8);
    }

    @Override
    public void setNull(int row) {
        super.setNull(row);
        offsets[row + 1] = offsets[row];
    }

    @Override
    void move(int from, int to) {
        int start = offsets[from];
        int length = offsets[from + 1] - start;
        System.arraycopy(data, start, data, offsets[to], length);
        offsets[to + 1] = offsets[to] + length;
    }

    @Override
    long reservedBytes() {
        return capacity() * 5L + data.length;
    }
}
