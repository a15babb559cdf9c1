package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/// The numbers that a `long` cannot hold (38-digit decimals, UINT64) and floats to decimals, by way of
/// `BigDecimal`; where only the vector widens and the scale stays, without it.
final class AnyNumber implements Converter {
    private static final BigInteger UINT64_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private final DataType from;
    private final DataType to;
    private final boolean truncate;
    private final boolean widens;

    AnyNumber(DataType from, DataType to, boolean truncate) {
        this.from = from;
        this.to = to;
        this.truncate = truncate;
        boolean decimals = from.kind() == DataType.Kind.DECIMAL && to.kind() == DataType.Kind.DECIMAL;
        this.widens = decimals && from.scale() == to.scale() && from.precision() <= to.precision();
    }

    @Override
    public void convert(Vector source, Vector into, int rows, Refusals refusals) {
        if (widens) {
            widen(source, (WideVector) into, rows);
            return;
        }
        for (int row = 0; row < rows; row++) {
            if (source.isNull(row)) {
                into.setNull(row);
                continue;
            }
            BigDecimal value = load(source, row);
            if (value == null || !store(value, into, row)) {
                into.setNull(row);
                refusals.refuse(row, source, NumberDetail.of(to, truncate));
            }
        }
    }

    private static void widen(Vector source, WideVector into, int rows) {
        if (source instanceof WideVector wide) {
            System.arraycopy(wide.high(), 0, into.high(), 0, rows);
            System.arraycopy(wide.low(), 0, into.low(), 0, rows);
        } else {
            long[] values = ((LongVector) source).values();
            long[] high = into.high();
            System.arraycopy(values, 0, into.low(), 0, rows);
            for (int i = 0; i < rows; i++) {
                high[i] = values[i] >> 63;
            }
        }
        Longs.copyNulls(source, into, rows);
    }

    private @Nullable BigDecimal load(Vector v, int row) {
        return switch (v) {
            case IntVector ints -> BigDecimal.valueOf(ints.values()[row]);
            case LongVector longs ->
                from.kind() == DataType.Kind.UINT64
                        ? new BigDecimal(Long.toUnsignedString(longs.values()[row]))
                        : BigDecimal.valueOf(longs.values()[row], from.scale());
            case WideVector wide -> new BigDecimal(wide.get(row), from.scale());
            case DoubleVector d -> number(d.values()[row]);
            default -> null;
        };
    }

    /// The shortest decimal of a float, so that 0.1 becomes 0.1.
    private @Nullable BigDecimal number(double value) {
        if (!Double.isFinite(value)) {
            return null;
        }
        return new BigDecimal(
                from.kind() == DataType.Kind.FLOAT32 ? Float.toString((float) value) : Double.toString(value));
    }

    private boolean store(BigDecimal value, Vector into, int row) {
        if (to.kind() == DataType.Kind.BOOLEAN) {
            ((IntVector) into).values()[row] = value.signum() == 0 ? 0 : 1;
            return true;
        }
        if (into instanceof DoubleVector d) {
            double wide = to.kind() == DataType.Kind.FLOAT32 ? value.floatValue() : value.doubleValue();
            d.values()[row] = wide;
            return Double.isFinite(wide);
        }
        RoundingMode mode = to.kind() == DataType.Kind.DECIMAL ? RoundingMode.HALF_UP : RoundingMode.DOWN;
        if ((long) value.precision() - value.scale() > 40) {
            return false;
        }
        BigDecimal scaled = value.setScale(to.scale(), mode);
        if (!truncate && scaled.compareTo(value) != 0) {
            return false;
        }
        return whole(scaled.unscaledValue(), scaled.precision(), into, row);
    }

    private boolean whole(BigInteger unscaled, int precision, Vector into, int row) {
        if (to.kind() == DataType.Kind.DECIMAL && precision > to.precision()) {
            return false;
        }
        if (into instanceof WideVector wide) {
            wide.set(row, unscaled);
            return true;
        }
        if (to.kind() == DataType.Kind.UINT64) {
            ((LongVector) into).values()[row] = unscaled.longValue();
            return unscaled.signum() >= 0 && unscaled.compareTo(UINT64_MAX) <= 0;
        }
        if (unscaled.bitLength() > 63) {
            return false;
        }
        long value = unscaled.longValue();
        if (value < Longs.min(to) || value > Longs.max(to)) {
            return false;
        }
        if (into instanceof IntVector ints) {
            ints.values()[row] = (int) value;
        } else {
            ((LongVector) into).values()[row] = value;
        }
        return true;
    }
}
