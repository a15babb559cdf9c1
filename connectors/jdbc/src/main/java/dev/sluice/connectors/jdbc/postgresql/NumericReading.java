package dev.sluice.connectors.jdbc.postgresql;

import static dev.sluice.connectors.jdbc.postgresql.Wire.i16;

import dev.sluice.data.batch.WideVector;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// The binary form of `numeric` (`numeric_send`): the count of base-10000 digits, the weight of the first (a power of
/// 10000), the sign, the displayed scale, then the digits; all of 16 bits.
final class NumericReading {
    static final int NEGATIVE = 0x4000;
    private static final int NAN = 0xC000;
    private static final int INFINITY = 0xD000;
    private static final int MINUS_INFINITY = 0xF000;

    /// 10^0 … 10^18.
    static final long[] POWERS = new long[19];

    static {
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private NumericReading() {}

    /// The unscaled value at that scale; for columns of at most 18 digits, whose typmod the server has enforced.
    static long unscaled(byte[] b, int at, int scale, int column) throws ValueRefused {
        int digits = i16(b, at);
        int weight = i16(b, at + 2);
        int sign = i16(b, at + 4) & 0xFFFF;
        if (sign > NEGATIVE) {
            throw special(sign, column);
        }
        if (digits == 0) {
            return 0;
        }
        // The last digit may reach below the scale (0.5 is one digit, 5000); the rest cannot.
        int shift = 4 * (weight - digits + 1) + scale;
        if (shift < -3 || shift > 18 || weight > 4) {
            return exactly(b, at, scale, 18, column).longValueExact();
        }
        long value = 0;
        int p = at + 8;
        for (int i = digits - 1; i > 0; i--, p += 2) {
            value = value * 10_000 + i16(b, p);
        }
        int last = i16(b, p);
        if (shift >= 0) {
            value = (value * 10_000 + last) * POWERS[shift];
        } else {
            int cut = (int) POWERS[-shift];
            if (last % cut != 0) {
                throw inexact(b, at, scale, column);
            }
            value = value * POWERS[4 + shift] + last / cut;
        }
        return sign == NEGATIVE ? -value : value;
    }

    /// Sets the unscaled value of 19 to 38 digits.
    static void wide(byte[] b, int at, int scale, int precision, WideVector into, int row, int column)
            throws ValueRefused {
        int digits = i16(b, at);
        int weight = i16(b, at + 2);
        int sign = i16(b, at + 4) & 0xFFFF;
        if (sign > NEGATIVE) {
            throw special(sign, column);
        }
        int shift = 4 * (weight - digits + 1) + scale;
        int whole = 4 * (weight + 1) + scale;
        if (digits == 0) {
            into.set(row, 0L);
        } else if (whole > precision || shift < -3) {
            into.set(row, exactly(b, at, scale, precision, column));
        } else {
            long[] high = into.high();
            long[] low = into.low();
            high[row] = 0;
            low[row] = 0;
            int p = at + 8;
            for (int i = digits - 1; i > 0; i--, p += 2) {
                shiftIn(high, low, row, 10_000, i16(b, p));
            }
            int last = i16(b, p);
            if (shift < 0) {
                int cut = (int) POWERS[-shift];
                if (last % cut != 0) {
                    throw inexact(b, at, scale, column);
                }
                shiftIn(high, low, row, POWERS[4 + shift], last / cut);
            } else {
                shiftIn(high, low, row, 10_000, last);
                for (int left = shift; left > 0; left -= 18) {
                    shiftIn(high, low, row, POWERS[Math.min(left, 18)], 0);
                }
            }
            if (sign == NEGATIVE) {
                low[row] = -low[row];
                high[row] = low[row] == 0 ? -high[row] : ~high[row];
            }
        }
    }

    /// value = value * factor + digit, in 128 bits.
    private static void shiftIn(long[] high, long[] low, int row, long factor, int digit) {
        long upper = high[row] * factor + Math.unsignedMultiplyHigh(low[row], factor);
        long lower = low[row] * factor + digit;
        high[row] = upper + (Long.compareUnsigned(lower, digit) < 0 ? 1 : 0);
        low[row] = lower;
    }

    /// The slow, certain way: for values near the limits.
    private static BigInteger exactly(byte[] b, int at, int scale, int precision, int column) throws ValueRefused {
        BigDecimal value = decimal(b, at);
        BigInteger unscaled = scaled(value, scale);
        if (unscaled == null) {
            throw inexact(b, at, scale, column);
        }
        if (new BigDecimal(unscaled).precision() > precision) {
            throw new ValueRefused(
                    column, shown(value), "it has more than " + (precision - scale) + " digits before the point");
        }
        return unscaled;
    }

    private static @Nullable BigInteger scaled(BigDecimal value, int scale) {
        try {
            return value.setScale(scale, java.math.RoundingMode.UNNECESSARY).unscaledValue();
        } catch (ArithmeticException inexact) {
            return null;
        }
    }

    private static BigDecimal decimal(byte[] b, int at) {
        int digits = i16(b, at);
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < digits; i++) {
            value = value.multiply(BigInteger.valueOf(10_000)).add(BigInteger.valueOf(i16(b, at + 8 + 2 * i)));
        }
        BigDecimal whole = new BigDecimal(value, -4 * (i16(b, at + 2) - digits + 1));
        return (i16(b, at + 4) & 0xFFFF) == NEGATIVE ? whole.negate() : whole;
    }

    private static ValueRefused inexact(byte[] b, int at, int scale, int column) {
        return new ValueRefused(
                column,
                shown(decimal(b, at)),
                "it has more than " + scale + " digits after the point; cast the column to numeric(p,s) in a query");
    }

    private static String shown(BigDecimal value) {
        String text = value.precision() > 60
                ? value.toString()
                : value.stripTrailingZeros().toPlainString();
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }

    private static ValueRefused special(int sign, int column) {
        String name = switch (sign) {
            case NAN -> "NaN";
            case INFINITY -> "Infinity";
            case MINUS_INFINITY -> "-Infinity";
            default -> "sign " + sign;
        };
        return new ValueRefused(column, name, "a decimal number is finite");
    }
}
