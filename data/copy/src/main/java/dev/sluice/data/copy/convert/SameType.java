package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;

/// A copy, for a column that cannot be handed on (used twice, or added by the activity).
final class SameType implements Converter {
    @Override
    public void convert(Vector from, Vector into, int rows, Refusals refusals) {
        switch (from) {
            case IntVector v -> System.arraycopy(v.values(), 0, ((IntVector) into).values(), 0, rows);
            case LongVector v -> System.arraycopy(v.values(), 0, ((LongVector) into).values(), 0, rows);
            case DoubleVector v -> System.arraycopy(v.values(), 0, ((DoubleVector) into).values(), 0, rows);
            case WideVector v -> {
                System.arraycopy(v.high(), 0, ((WideVector) into).high(), 0, rows);
                System.arraycopy(v.low(), 0, ((WideVector) into).low(), 0, rows);
            }
            case BytesVector v -> copy(v, (BytesVector) into, rows);
        }
        if (!(from instanceof BytesVector)) {
            Longs.copyNulls(from, into, rows);
        }
    }

    private static void copy(BytesVector from, BytesVector into, int rows) {
        int length = from.offsets()[rows];
        System.arraycopy(from.data(), 0, into.reserve(0, length), 0, length);
        // Nulls first: marking a null sets the end of its row, which the offsets then set right.
        Longs.copyNulls(from, into, rows);
        System.arraycopy(from.offsets(), 0, into.offsets(), 0, rows + 1);
    }
}
