package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Vector;

/// Between Booleans, integers and decimals of at most 18 digits. To an integer, digits after the point are cut;
/// to a decimal of smaller scale, the value is rounded half up (both only where truncation is allowed). A
/// Boolean is 1 or 0; to a Boolean, everything but 0 is true.
final class LongToLong implements Converter {
    private final int shift;
    private final long min;
    private final long max;
    private final boolean truncate;
    private final boolean round;
    private final boolean toBoolean;
    private long[] scratch = new long[0];
    private long[] result = new long[0];
    private byte[] bad = new byte[0];

    LongToLong(DataType from, DataType to, boolean truncate) {
        this.shift = to.scale() - from.scale();
        this.min = Longs.min(to);
        this.max = Longs.max(to);
        this.truncate = truncate;
        this.round = to.kind() == DataType.Kind.DECIMAL;
        this.toBoolean = to.kind() == DataType.Kind.BOOLEAN;
    }

    @Override
    public void convert(Vector from, Vector into, int rows, Refusals refusals) {
        scratch = Longs.scratch(scratch, rows);
        result = Longs.scratch(result, rows);
        bad = Longs.scratch(bad, rows);
        long[] values = Longs.load(from, rows, scratch);
        boolean any;
        if (toBoolean) {
            any = truth(values, result, rows);
        } else if (shift > 0) {
            any = scaleUp(values, result, rows, Longs.POWERS[Math.min(18, shift)]);
        } else if (shift < 0) {
            any = scaleDown(values, result, rows, Longs.POWERS[-shift]);
        } else {
            any = check(values, result, rows);
        }
        Longs.store(result, rows, into);
        Longs.copyNulls(from, into, rows);
        if (any) {
            refuse(from, into, rows, refusals);
        }
    }

    private static boolean truth(long[] values, long[] out, int rows) {
        for (int i = 0; i < rows; i++) {
            out[i] = values[i] == 0 ? 0 : 1;
        }
        return false;
    }

    private boolean check(long[] values, long[] out, int rows) {
        long lo = min;
        long hi = max;
        int failed = 0;
        for (int i = 0; i < rows; i++) {
            long v = values[i];
            out[i] = v;
            int f = v < lo || v > hi ? 1 : 0;
            bad[i] = (byte) f;
            failed |= f;
        }
        return failed != 0;
    }

    private boolean scaleUp(long[] values, long[] out, int rows, long power) {
        long lo = min / power;
        long hi = max / power;
        int failed = 0;
        for (int i = 0; i < rows; i++) {
            long v = values[i];
            out[i] = v * power;
            int f = v < lo || v > hi ? 1 : 0;
            bad[i] = (byte) f;
            failed |= f;
        }
        return failed != 0;
    }

    private boolean scaleDown(long[] values, long[] out, int rows, long power) {
        int failed = 0;
        long half = round ? power / 2 : 0;
        for (int i = 0; i < rows; i++) {
            long v = values[i];
            // Rounded away from zero; decimals have at most 18 digits, so adding half a unit cannot overflow.
            long whole = (v + (v < 0 ? -half : half)) / power;
            out[i] = whole;
            boolean lost = !truncate && whole * power != v;
            int f = lost || whole < min || whole > max ? 1 : 0;
            bad[i] = (byte) f;
            failed |= f;
        }
        return failed != 0;
    }

    private void refuse(Vector from, Vector into, int rows, Refusals refusals) {
        for (int i = 0; i < rows; i++) {
            if (bad[i] != 0 && !from.isNull(i)) {
                into.setNull(i);
                refusals.refuse(i, from, NumberDetail.of(into.type(), truncate));
            }
        }
    }
}
