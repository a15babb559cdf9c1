package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import java.util.Arrays;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;

/// Smallest and largest number of a page or column chunk, in the order its type defines
/// (`ColumnOrder.TYPE_DEFINED_ORDER` of `parquet.thrift`): signed, unsigned, or floating point without NaN,
/// where a zero bound takes the sign that includes both zeros.
abstract sealed class NumberRange {
    private final int width;
    boolean seen;

    private NumberRange(int width) {
        this.width = width;
    }

    static NumberRange of(DataType type, Type physical) {
        return switch (physical) {
            case FLOAT -> new Floating(4);
            case DOUBLE -> new Floating(8);
            case INT32 -> new Whole(4, 0);
            case INT64 -> new Whole(8, type.kind() == DataType.Kind.UINT64 ? Long.MIN_VALUE : 0);
            case BOOLEAN, INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
                throw new IllegalArgumentException(type.toString());
        };
    }

    /// Takes in `values[from … to)`, given as bits.
    abstract void add(long[] values, int from, int to);

    /// Takes in what another one has, of the same type.
    final void include(NumberRange other) {
        if (other.seen) {
            add(new long[] {other.minBits(), other.maxBits()}, 0, 2);
        }
    }

    abstract long minBits();

    abstract long maxBits();

    /// Whether 32 bits hold everything that was taken in.
    boolean fits(boolean unsigned) {
        return true;
    }

    final void drainTo(Statistics statistics) {
        if (seen) {
            statistics.setMin_value(bytes(minBits()));
            statistics.setMax_value(bytes(maxBits()));
            statistics.setIs_min_value_exact(true);
            statistics.setIs_max_value_exact(true);
        }
        seen = false;
    }

    private byte[] bytes(long bits) {
        byte[] eight = new byte[8];
        LittleEndian.putLong(eight, 0, bits);
        return Arrays.copyOf(eight, width);
    }

    /// Whole numbers; unsigned ones of 64 bits are compared with their sign turned, those of 32 bits come as positive
    /// `long`s.
    private static final class Whole extends NumberRange {
        private final long turn;
        private long min;
        private long max;

        Whole(int width, long turn) {
            super(width);
            this.turn = turn;
        }

        @Override
        void add(long[] values, int from, int to) {
            if (from == to) {
                return;
            }
            long low = seen ? min : Long.MAX_VALUE;
            long high = seen ? max : Long.MIN_VALUE;
            for (int i = from; i < to; i++) {
                long value = values[i] ^ turn;
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
            min = low;
            max = high;
            seen = true;
        }

        @Override
        boolean fits(boolean unsigned) {
            return !seen
                    || (unsigned
                            ? min >= 0 && max <= 0xffffffffL
                            : min >= Integer.MIN_VALUE && max <= Integer.MAX_VALUE);
        }

        @Override
        long minBits() {
            return min ^ turn;
        }

        @Override
        long maxBits() {
            return max ^ turn;
        }
    }

    /// Floating point.
    private static final class Floating extends NumberRange {
        private final boolean single;
        private double min;
        private double max;

        Floating(int width) {
            super(width);
            this.single = width == 4;
        }

        @Override
        void add(long[] values, int from, int to) {
            for (int i = from; i < to; i++) {
                double value = single ? Float.intBitsToFloat((int) values[i]) : Double.longBitsToDouble(values[i]);
                if (Double.isNaN(value)) {
                    continue;
                }
                if (!seen) {
                    min = value;
                    max = value;
                    seen = true;
                }
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }

        @Override
        long minBits() {
            return bits(min == 0 ? -0.0 : min);
        }

        @Override
        long maxBits() {
            return bits(max == 0 ? 0.0 : max);
        }

        private long bits(double value) {
            return single ? Float.floatToRawIntBits((float) value) : Double.doubleToRawLongBits(value);
        }
    }
}
