package dev.sluice.ssis.engine.dataflow.blocking;

import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Cells;
import dev.sluice.ssis.engine.dataflow.rows.KeyTable;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import dev.sluice.ssis.engine.expression.SsisType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One aggregate of all groups. Groups are numbered from 0; a number that is new starts from nothing.
abstract sealed class Accumulator {
    abstract void add(int group, Buffer buffer, int row);

    /// The result of a group, of the class that the type lists; null for NULL.
    ///
    /// @throws ArithmeticException when it does not fit the type
    abstract @Nullable Object result(int group, SsisType type);

    abstract long bytes();

    static long[] grown(long[] array, int index) {
        return index < array.length ? array : Arrays.copyOf(array, Math.max(2 * array.length, index + 1));
    }

    static Object whole(long value, SsisType type) {
        return switch (type.kind()) {
            case UI8 -> BigInteger.valueOf(value);
            case R8 -> (double) value;
            case R4 -> (float) value;
            case CY, DECIMAL, NUMERIC -> BigDecimal.valueOf(value);
            default -> value;
        };
    }

    /// Rows, or values that are not NULL.
    static final class Count extends Accumulator {
        private final int column;
        private long[] counts = new long[64];

        /// @param column -1 to count rows
        Count(int column) {
            this.column = column;
        }

        @Override
        void add(int group, Buffer buffer, int row) {
            counts = grown(counts, group);
            counts[group] += column < 0 || !buffer.vector(column).isNull(row) ? 1 : 0;
        }

        @Override
        Object result(int group, SsisType type) {
            return whole(group < counts.length ? counts[group] : 0, type);
        }

        @Override
        long bytes() {
            return 8L * counts.length;
        }
    }

    /// Different values that are not NULL.
    static final class CountDistinct extends Accumulator {
        private final int column;
        private final Keys keys;
        private final KeyTable seen = new KeyTable();
        private long[] counts = new long[64];
        private byte[] pair = new byte[64];

        CountDistinct(int column, int flags) {
            this.column = column;
            this.keys = new Keys(List.of(new Keys.Part(column, false, flags, false)));
        }

        @Override
        void add(int group, Buffer buffer, int row) {
            counts = grown(counts, group);
            if (buffer.vector(column).isNull(row)) {
                return;
            }
            keys.read(buffer, row);
            int length = keys.length() + Integer.BYTES;
            if (length > pair.length) {
                pair = new byte[2 * length];
            }
            ByteBuffer.wrap(pair).putInt(group).put(keys.bytes(), 0, keys.length());
            int before = seen.size();
            if (seen.number(pair, length) == before) {
                counts[group]++;
            }
        }

        @Override
        Object result(int group, SsisType type) {
            return whole(group < counts.length ? counts[group] : 0, type);
        }

        @Override
        long bytes() {
            return seen.bytes() + 8L * counts.length;
        }
    }

    /// Sum or average. Whole and decimal numbers are added exactly; those that outgrow 64 bits go on as large ones.
    static final class Sum extends Accumulator {
        private final int column;
        private final boolean average;
        private final int scale;
        private final boolean floating;
        private long[] counts = new long[64];
        private long[] sums = new long[64];
        private double[] doubles = new double[64];
        private final Map<Integer, BigInteger> large = new HashMap<>();

        Sum(int column, SsisType type, boolean average) {
            this.column = column;
            this.average = average;
            this.floating = type.kind().floating();
            this.scale = type.kind().exact() ? type.scale() : 0;
        }

        @Override
        void add(int group, Buffer buffer, int row) {
            counts = grown(counts, group);
            Vector vector = buffer.vector(column);
            if (floating && group >= doubles.length) {
                doubles = Arrays.copyOf(doubles, counts.length);
            } else if (!floating) {
                sums = grown(sums, group);
            }
            if (vector.isNull(row)) {
                return;
            }
            counts[group]++;
            switch (vector) {
                case DoubleVector v -> doubles[group] += v.values()[row];
                case IntVector v -> exact(group, v.values()[row]);
                case LongVector v -> exact(group, v.values()[row]);
                case WideVector v -> {
                    if (v.high()[row] == v.low()[row] >> 63) {
                        exact(group, v.low()[row]);
                    } else {
                        large.merge(group, v.get(row), BigInteger::add);
                    }
                }
                default -> throw new ArithmeticException("a column that is no number cannot be added up");
            }
        }

        private void exact(int group, long value) {
            long sum = sums[group] + value;
            if (((sums[group] ^ sum) & (value ^ sum)) < 0) {
                large.merge(group, BigInteger.valueOf(sums[group]).add(BigInteger.valueOf(value)), BigInteger::add);
                sums[group] = 0;
            } else {
                sums[group] = sum;
            }
        }

        @Override
        @Nullable
        Object result(int group, SsisType type) {
            if (group >= counts.length || counts[group] == 0) {
                return null;
            }
            if (floating) {
                double value = average ? doubles[group] / counts[group] : doubles[group];
                return type.kind() == SsisType.Kind.R4 ? (Object) (float) value : value;
            }
            BigDecimal sum = new BigDecimal(
                    large.getOrDefault(group, BigInteger.ZERO).add(BigInteger.valueOf(sums[group])), scale);
            BigDecimal value = average
                    ? sum.divide(BigDecimal.valueOf(counts[group]), Math.max(type.scale(), 20), RoundingMode.HALF_UP)
                    : sum;
            return typed(value, type);
        }

        private static Object typed(BigDecimal value, SsisType type) {
            return switch (type.kind()) {
                case R8 -> value.doubleValue();
                case R4 -> value.floatValue();
                case CY, DECIMAL, NUMERIC -> fitting(value.setScale(type.scale(), RoundingMode.HALF_UP), type);
                case UI8 -> value.setScale(0, RoundingMode.DOWN).toBigIntegerExact();
                default -> value.setScale(0, RoundingMode.DOWN).longValueExact();
            };
        }

        private static BigDecimal fitting(BigDecimal value, SsisType type) {
            if (value.precision() > type.precision()) {
                throw new ArithmeticException("it has more digits than " + type);
            }
            return value;
        }

        @Override
        long bytes() {
            return 8L * (counts.length + sums.length + doubles.length) + 96L * large.size();
        }
    }

    /// Least or greatest value.
    static final class Extreme extends Accumulator {
        private final int column;
        private final SsisType type;
        private final int sign;
        private @Nullable Object[] values = new Object[64];

        Extreme(int column, SsisType type, boolean greatest) {
            this.column = column;
            this.type = type;
            this.sign = greatest ? 1 : -1;
        }

        @Override
        void add(int group, Buffer buffer, int row) {
            if (group >= values.length) {
                values = Arrays.copyOf(values, Math.max(2 * values.length, group + 1));
            }
            Object value = Cells.get(buffer.vector(column), type, row);
            if (value != null && (values[group] == null || sign * compared(value, values[group]) > 0)) {
                values[group] = value;
            }
        }

        @SuppressWarnings("unchecked")
        private static int compared(Object a, @Nullable Object b) {
            return ((Comparable<Object>) a).compareTo(java.util.Objects.requireNonNull(b));
        }

        @Override
        @Nullable
        Object result(int group, SsisType wanted) {
            Object value = group < values.length ? values[group] : null;
            if (value == null || wanted.equals(type)) {
                return value;
            }
            return dev.sluice.ssis.engine.expression.Convert.value(value, type, wanted);
        }

        @Override
        long bytes() {
            return 40L * values.length;
        }
    }
}
