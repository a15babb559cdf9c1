package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.Vector;

/// Booleans, integers, decimals of at most 18 digits and floats to the nearest float.
final class ToFloat implements Converter {
    private final double divisor;
    private final boolean single;
    private long[] scratch = new long[0];

    ToFloat(DataType from, DataType to) {
        this.divisor = Longs.POWERS[from.kind() == DataType.Kind.DECIMAL ? from.scale() : 0];
        this.single = to.kind() == DataType.Kind.FLOAT32;
    }

    @Override
    public void convert(Vector from, Vector into, int rows, Refusals refusals) {
        double[] out = ((DoubleVector) into).values();
        if (from instanceof DoubleVector d) {
            System.arraycopy(d.values(), 0, out, 0, rows);
        } else {
            scratch = Longs.scratch(scratch, rows);
            long[] values = Longs.load(from, rows, scratch);
            for (int i = 0; i < rows; i++) {
                out[i] = values[i] / divisor;
            }
        }
        Longs.copyNulls(from, into, rows);
        if (single) {
            narrow(from, into, out, rows, refusals);
        }
    }

    private static void narrow(Vector from, Vector into, double[] out, int rows, Refusals refusals) {
        for (int i = 0; i < rows; i++) {
            double wide = out[i];
            out[i] = (float) wide;
            if (Double.isInfinite(out[i]) && !Double.isInfinite(wide) && !from.isNull(i)) {
                into.setNull(i);
                refusals.refuse(i, from, NumberDetail.of(DataType.FLOAT32, true));
            }
        }
    }
}
