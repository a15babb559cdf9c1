package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Vector;

/// Between dates, timestamps and instants (which share UTC), and between times of day and spans: a change of
/// unit. To a coarser unit the rest is cut downwards, where truncation is allowed.
final class TimeToTime implements Converter {
    private static final long SECONDS_PER_DAY = 86_400;

    private final long factor;
    private final long divisor;
    private final long min;
    private final long max;
    private final boolean truncate;
    private long[] scratch = new long[0];
    private long[] result = new long[0];

    TimeToTime(DataType from, DataType to, boolean truncate) {
        this.truncate = truncate;
        long unitsFrom = perDay(from);
        long unitsTo = perDay(to);
        this.factor = unitsTo > unitsFrom ? unitsTo / unitsFrom : 1;
        this.divisor = unitsFrom > unitsTo ? unitsFrom / unitsTo : 1;
        boolean date = to.kind() == DataType.Kind.DATE;
        boolean time = to.kind() == DataType.Kind.TIME;
        this.min = time ? 0 : date ? Integer.MIN_VALUE : Long.MIN_VALUE;
        this.max = time ? unitsTo : date ? Integer.MAX_VALUE : Long.MAX_VALUE;
    }

    private static long perDay(DataType type) {
        return type.kind() == DataType.Kind.DATE ? 1 : SECONDS_PER_DAY * type.unitsPerSecond();
    }

    @Override
    public void convert(Vector from, Vector into, int rows, Refusals refusals) {
        scratch = Longs.scratch(scratch, rows);
        result = Longs.scratch(result, rows);
        long[] values = Longs.load(from, rows, scratch);
        boolean doubtful = divisor > 1 ? coarser(values, rows) : finer(values, rows);
        Longs.store(result, rows, into);
        Longs.copyNulls(from, into, rows);
        if (doubtful) {
            refuse(from, values, into, rows, refusals);
        }
    }

    private boolean coarser(long[] values, int rows) {
        boolean doubtful = false;
        for (int i = 0; i < rows; i++) {
            long whole = Math.floorDiv(values[i], divisor);
            result[i] = whole;
            doubtful |= whole < min | whole > max | (!truncate && whole * divisor != values[i]);
        }
        return doubtful;
    }

    private boolean finer(long[] values, int rows) {
        long lo = Math.max(Long.MIN_VALUE / factor, min / factor);
        long hi = max / factor;
        boolean doubtful = false;
        for (int i = 0; i < rows; i++) {
            long v = values[i];
            result[i] = v * factor;
            doubtful |= v < lo | v > hi;
        }
        return doubtful;
    }

    private void refuse(Vector from, long[] values, Vector into, int rows, Refusals refusals) {
        for (int i = 0; i < rows; i++) {
            if (from.isNull(i)) {
                continue;
            }
            long v = values[i];
            boolean fits;
            if (divisor > 1) {
                long whole = Math.floorDiv(v, divisor);
                fits = whole >= min && whole <= max && (truncate || whole * divisor == v);
            } else {
                fits = v >= Math.max(Long.MIN_VALUE / factor, min / factor) && v <= max / factor;
            }
            if (!fits) {
                into.setNull(i);
                refusals.refuse(i, from, NumberDetail.of(into.type(), truncate));
            }
        }
    }
}
