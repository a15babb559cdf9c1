package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.Vector;

/// Floats to Booleans and integers; digits after the point are cut where truncation is allowed.
final class FloatToInteger implements Converter {
    private final long min;
    private final long max;
    private final boolean truncate;
    private final boolean toBoolean;
    private long[] result = new long[0];

    FloatToInteger(DataType to, boolean truncate) {
        this.min = Longs.min(to);
        this.max = Longs.max(to);
        this.truncate = truncate;
        this.toBoolean = to.kind() == DataType.Kind.BOOLEAN;
    }

    @Override
    public void convert(Vector from, Vector into, int rows, Refusals refusals) {
        result = Longs.scratch(result, rows);
        double[] values = ((DoubleVector) from).values();
        boolean doubtful = false;
        for (int i = 0; i < rows; i++) {
            double v = values[i];
            long whole = toBoolean ? (v == 0 ? 0 : 1) : (long) v;
            result[i] = whole;
            doubtful |= !fits(v, whole);
        }
        Longs.store(result, rows, into);
        Longs.copyNulls(from, into, rows);
        if (doubtful) {
            for (int i = 0; i < rows; i++) {
                if (!from.isNull(i) && !fits(values[i], result[i])) {
                    into.setNull(i);
                    refusals.refuse(i, from, NumberDetail.of(into.type(), truncate));
                }
            }
        }
    }

    private boolean fits(double v, long whole) {
        if (toBoolean) {
            return !Double.isNaN(v);
        }
        // 2^63 itself becomes Long.MAX_VALUE by the cast, which is one less.
        boolean inside = !Double.isNaN(v) && whole >= min && whole <= max && v < 0x1p63 && v >= -0x1p63;
        return inside && (truncate || whole == v);
    }
}
