package dev.sluice.data.copy.manifest;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Sums up one column, batch by batch: the hashes of its values added, so that their order does not matter and a value
/// that comes twice counts twice. For one thread.
///
/// Besides, every value's hash goes into the sum of its row, which tells rows apart in which the same values stand in
/// other rows. Nulls and empty texts have no hash; they are counted.
final class ColumnDigest {
    /// Bytes kept of the least and the greatest text.
    private static final int SHOWN = 64;

    private static final VarHandle BIG_ENDIAN =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final DataType type;
    private final Hash128 hash = new Hash128();
    /// Odd, and another for each column.
    private final long factor;
    private final boolean unsigned;
    private long first;
    private long second;
    private long nulls;
    private long empties;
    private boolean any;
    private long least = Long.MAX_VALUE;
    private long greatest = Long.MIN_VALUE;
    private double leastDouble = Double.POSITIVE_INFINITY;
    private double greatestDouble = Double.NEGATIVE_INFINITY;
    private long leastHigh;
    private long greatestHigh;
    private long leastPrefix = Long.MAX_VALUE;
    private long greatestPrefix = Long.MIN_VALUE;
    private byte[] leastBytes = new byte[0];
    private byte[] greatestBytes = new byte[0];

    ColumnDigest(DataType type, int position) {
        this.type = type;
        this.factor = Hash128.second(position) | 1;
        this.unsigned = type.kind() == DataType.Kind.UINT64;
    }

    /// Takes rows `[from, to)` of a vector.
    ///
    /// @param rows sums of the rows, added to; position 0 is row `from`
    void add(Vector vector, int from, int to, long[] rows) {
        switch (vector) {
            case IntVector v -> ints(v, from, to, rows);
            case LongVector v -> longs(v, from, to, rows);
            case DoubleVector v -> doubles(v, from, to, rows);
            case WideVector v -> wides(v, from, to, rows);
            case BytesVector v -> bytes(v, from, to, rows);
        }
    }

    private void ints(IntVector v, int from, int to, long[] rows) {
        int[] values = v.values();
        long a = 0;
        long b = 0;
        int low = Integer.MAX_VALUE;
        int high = Integer.MIN_VALUE;
        if (!v.hasNulls()) {
            for (int i = from; i < to; i++) {
                long h = Hash128.first(values[i]);
                a += h;
                b += Hash128.second(values[i]);
                rows[i - from] += h * factor;
            }
            for (int i = from; i < to; i++) {
                low = Math.min(low, values[i]);
                high = Math.max(high, values[i]);
            }
            any |= to > from;
        } else {
            for (int i = from; i < to; i++) {
                if (v.isNull(i)) {
                    nulls++;
                    continue;
                }
                long h = Hash128.first(values[i]);
                a += h;
                b += Hash128.second(values[i]);
                rows[i - from] += h * factor;
                low = Math.min(low, values[i]);
                high = Math.max(high, values[i]);
                any = true;
            }
        }
        first += a;
        second += b;
        if (low <= high) {
            least = Math.min(least, low);
            greatest = Math.max(greatest, high);
        }
    }

    private void longs(LongVector v, int from, int to, long[] rows) {
        long[] values = v.values();
        // With the sign bit turned, unsigned numbers compare as signed ones.
        long turn = unsigned ? Long.MIN_VALUE : 0;
        long a = 0;
        long b = 0;
        long low = least;
        long high = greatest;
        if (!v.hasNulls()) {
            for (int i = from; i < to; i++) {
                long h = Hash128.first(values[i]);
                a += h;
                b += Hash128.second(values[i]);
                rows[i - from] += h * factor;
            }
            for (int i = from; i < to; i++) {
                low = Math.min(low, values[i] ^ turn);
                high = Math.max(high, values[i] ^ turn);
            }
            any |= to > from;
        } else {
            for (int i = from; i < to; i++) {
                if (v.isNull(i)) {
                    nulls++;
                    continue;
                }
                long h = Hash128.first(values[i]);
                a += h;
                b += Hash128.second(values[i]);
                rows[i - from] += h * factor;
                low = Math.min(low, values[i] ^ turn);
                high = Math.max(high, values[i] ^ turn);
                any = true;
            }
        }
        first += a;
        second += b;
        least = low;
        greatest = high;
    }

    private void doubles(DoubleVector v, int from, int to, long[] rows) {
        double[] values = v.values();
        for (int i = from; i < to; i++) {
            if (v.isNull(i)) {
                nulls++;
                continue;
            }
            // One NaN; and a zero without sign, which many stores do not keep.
            long bits = Double.doubleToLongBits(values[i] + 0.0);
            long h = Hash128.first(bits);
            first += h;
            second += Hash128.second(bits);
            rows[i - from] += h * factor;
            leastDouble = Math.min(leastDouble, values[i]);
            greatestDouble = Math.max(greatestDouble, values[i]);
            any = true;
        }
    }

    private void wides(WideVector v, int from, int to, long[] rows) {
        long[] highs = v.high();
        long[] lows = v.low();
        for (int i = from; i < to; i++) {
            if (v.isNull(i)) {
                nulls++;
                continue;
            }
            long upper = Hash128.second(highs[i]);
            long h = Hash128.first(lows[i] ^ upper);
            first += h;
            second += Hash128.second(lows[i] + upper);
            rows[i - from] += h * factor;
            wide(highs[i], lows[i]);
        }
    }

    private void wide(long high, long low) {
        if (!any || high < leastHigh || high == leastHigh && Long.compareUnsigned(low, least) < 0) {
            leastHigh = high;
            least = low;
        }
        if (!any || high > greatestHigh || high == greatestHigh && Long.compareUnsigned(low, greatest) > 0) {
            greatestHigh = high;
            greatest = low;
        }
        any = true;
    }

    private void bytes(BytesVector v, int from, int to, long[] rows) {
        byte[] data = v.data();
        int[] offsets = v.offsets();
        boolean holes = v.hasNulls();
        long a = 0;
        long b = 0;
        for (int i = from; i < to; i++) {
            int start = offsets[i];
            int length = offsets[i + 1] - start;
            if (length == 0) {
                if (holes && v.isNull(i)) {
                    nulls++;
                } else {
                    empties++;
                }
                continue;
            }
            hash.of(data, start, length);
            long h = hash.first();
            a += h;
            b += hash.second();
            rows[i - from] += h * factor;
            long prefix = prefix(data, start, length);
            if (prefix <= leastPrefix || prefix >= greatestPrefix) {
                range(data, start, length, prefix);
            }
        }
        first += a;
        second += b;
    }

    /// The first eight bytes as a number that compares, signed, as they do; zeros stand for bytes that are not there.
    private static long prefix(byte[] data, int start, int length) {
        long prefix = 0;
        if (start + Long.BYTES <= data.length) {
            prefix = (long) BIG_ENDIAN.get(data, start);
            prefix &= length < Long.BYTES ? ~(-1L >>> 8 * length) : -1L;
        } else {
            for (int i = 0; i < Math.min(length, Long.BYTES); i++) {
                prefix |= (data[start + i] & 255L) << 56 - 8 * i;
            }
        }
        return prefix ^ Long.MIN_VALUE;
    }

    /// A value that may be the least or the greatest: most are neither, which their prefix has told.
    private void range(byte[] data, int start, int length, long prefix) {
        int shown = Math.min(length, SHOWN);
        if (any && shown <= Long.BYTES) {
            // The prefix is the whole value: it is one of the two.
            if (prefix == leastPrefix && shown == leastBytes.length
                    || prefix == greatestPrefix && shown == greatestBytes.length) {
                return;
            }
        }
        if (!any || Arrays.compareUnsigned(data, start, start + shown, leastBytes, 0, leastBytes.length) < 0) {
            leastBytes = Arrays.copyOfRange(data, start, start + shown);
            leastPrefix = prefix;
        }
        if (!any || Arrays.compareUnsigned(data, start, start + shown, greatestBytes, 0, greatestBytes.length) > 0) {
            greatestBytes = Arrays.copyOfRange(data, start, start + shown);
            greatestPrefix = prefix;
        }
        any = true;
    }

    ColumnSum sum() {
        return new ColumnSum(first, second, nulls, empties, shown(true), shown(false));
    }

    private @Nullable String shown(boolean low) {
        if (!any) {
            return null;
        }
        MemoryBudget budget = new MemoryBudget(1 << 12);
        Vector one = Vector.allocate(type, 1, budget);
        switch (one) {
            case IntVector v -> v.values()[0] = (int) (low ? least : greatest);
            case LongVector v -> v.values()[0] = (low ? least : greatest) ^ (unsigned ? Long.MIN_VALUE : 0);
            case DoubleVector v -> v.values()[0] = low ? leastDouble : greatestDouble;
            case WideVector v -> {
                v.high()[0] = low ? leastHigh : greatestHigh;
                v.low()[0] = low ? least : greatest;
            }
            case BytesVector v -> {
                byte[] value = low ? leastBytes : greatestBytes;
                v.set(0, value, 0, value.length);
            }
        }
        byte[] out = new byte[TextForm.length(one, 0)];
        return new String(out, 0, TextForm.write(one, 0, out, 0), StandardCharsets.UTF_8);
    }
}
