package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import java.util.Arrays;

/// Loads and stores of columns as `long`s, in loops of their own so that the compiler can unroll them.
final class Longs {
    /// Powers of ten that fit a `long`.
    static final long[] POWERS = new long[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private Longs() {}

    /// The values of an [IntVector] or [LongVector]; its own array for the latter, otherwise the scratch.
    static long[] load(Vector v, int rows, long[] scratch) {
        if (v instanceof LongVector longs) {
            return longs.values();
        }
        int[] values = ((IntVector) v).values();
        for (int i = 0; i < rows; i++) {
            scratch[i] = values[i];
        }
        return scratch;
    }

    static void store(long[] values, int rows, Vector into) {
        if (into instanceof LongVector longs) {
            System.arraycopy(values, 0, longs.values(), 0, rows);
            return;
        }
        int[] target = ((IntVector) into).values();
        for (int i = 0; i < rows; i++) {
            target[i] = (int) values[i];
        }
    }

    /// Copies the nulls of a column; nothing to do when it has none.
    static void copyNulls(Vector from, Vector into, int rows) {
        if (!from.hasNulls()) {
            return;
        }
        byte[] nulls = from.nulls();
        for (int i = 0; i < rows; i++) {
            if (nulls[i] != 0) {
                into.setNull(i);
            }
        }
    }

    /// A scratch array of at least that many elements.
    static long[] scratch(long[] old, int rows) {
        return old.length >= rows ? old : new long[Math.max(rows, old.length * 2)];
    }

    static byte[] scratch(byte[] old, int rows) {
        if (old.length >= rows) {
            Arrays.fill(old, 0, rows, (byte) 0);
            return old;
        }
        return new byte[Math.max(rows, old.length * 2)];
    }

    /// Least value of a type held as a `long`, unscaled.
    static long min(DataType type) {
        return switch (type.kind()) {
            case INT8 -> Byte.MIN_VALUE;
            case INT16 -> Short.MIN_VALUE;
            case INT32 -> Integer.MIN_VALUE;
            case INT64 -> Long.MIN_VALUE;
            case DECIMAL -> -max(type);
            default -> 0;
        };
    }

    /// Greatest value of a type held as a `long`, unscaled.
    static long max(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> 1;
            case INT8 -> Byte.MAX_VALUE;
            case UINT8 -> 255;
            case INT16 -> Short.MAX_VALUE;
            case UINT16 -> 65_535;
            case INT32 -> Integer.MAX_VALUE;
            case UINT32 -> 0xFFFF_FFFFL;
            case DECIMAL -> POWERS[type.precision()] - 1;
            default -> Long.MAX_VALUE;
        };
    }
}
