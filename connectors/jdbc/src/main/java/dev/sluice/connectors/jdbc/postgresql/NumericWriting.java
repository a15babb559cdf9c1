package dev.sluice.connectors.jdbc.postgresql;

import static dev.sluice.connectors.jdbc.postgresql.NumericReading.POWERS;
import static dev.sluice.connectors.jdbc.postgresql.Wire.put16;
import static dev.sluice.connectors.jdbc.postgresql.Wire.put32;

import java.math.BigInteger;

/// Writes the binary form of `numeric` that [NumericReading] describes, its length in front.
final class NumericWriting {
    /// Most bytes one value takes: length, four words of head, ten digits before and ten after the point.
    static final int MAX_BYTES = 4 + 8 + 2 * 20;

    private static final BigInteger E18 = BigInteger.valueOf(1_000_000_000_000_000_000L);

    private NumericWriting() {}

    /// @param unscaled not [Long#MIN_VALUE]
    /// @return the position after the value
    static int put(byte[] out, int at, long unscaled, int scale) {
        long value = Math.abs(unscaled);
        long whole = 0;
        long fraction = value;
        if (scale <= 18) {
            whole = value / POWERS[scale];
            fraction = value - whole * POWERS[scale];
        }
        int groups = groups(whole);
        int p = at + 12;
        for (int g = groups - 1; g >= 0; g--) {
            long next = whole / 10_000;
            put16(out, p + 2 * g, (int) (whole - next * 10_000));
            whole = next;
        }
        p += 2 * groups;
        int weight = groups - 1;
        if (fraction != 0) {
            p = putFraction(out, p, fraction, scale);
        }
        head(out, at, p, weight, unscaled < 0, scale);
        return p;
    }

    /// Digits after the point, in groups of four from the point on.
    private static int putFraction(byte[] out, int at, long fraction, int scale) {
        int p = at;
        long rest = fraction;
        for (int below = scale - 4; rest != 0; below -= 4, p += 2) {
            if (below > 18) {
                put16(out, p, 0);
            } else if (below > 0) {
                long digit = rest / POWERS[below];
                put16(out, p, (int) digit);
                rest -= digit * POWERS[below];
            } else {
                put16(out, p, (int) (rest * POWERS[-below]));
                rest = 0;
            }
        }
        return p;
    }

    private static int groups(long whole) {
        int groups = 0;
        for (long limit = 1; whole >= limit && groups < 5; limit *= 10_000) {
            groups++;
        }
        return groups;
    }

    private static void head(byte[] out, int at, int end, int weight, boolean negative, int scale) {
        put32(out, at, end - at - 4);
        put16(out, at + 4, (end - at - 12) / 2);
        put16(out, at + 6, weight);
        put16(out, at + 8, negative ? NumericReading.NEGATIVE : 0);
        put16(out, at + 10, scale);
    }

    /// A value of 128 bits.
    static int put(byte[] out, int at, long high, long low, int scale) {
        if (high == low >> 63 && low != Long.MIN_VALUE) {
            return put(out, at, low, scale);
        }
        BigInteger value = BigInteger.valueOf(high)
                .shiftLeft(64)
                .add(BigInteger.valueOf(low >>> 1).shiftLeft(1))
                .add(BigInteger.valueOf(low & 1));
        return put(out, at, value, scale);
    }

    /// Any value of at most 39 digits.
    static int put(byte[] out, int at, BigInteger unscaled, int scale) {
        BigInteger aligned = unscaled.abs().multiply(BigInteger.TEN.pow((4 - scale % 4) % 4));
        int after = (scale + 3) / 4;
        BigInteger[] upper = aligned.divideAndRemainder(E18.divide(BigInteger.valueOf(100)));
        BigInteger[] top = upper[0].divideAndRemainder(E18.divide(BigInteger.valueOf(100)));
        // Three parts of four groups each, least significant last; 39 digits and padding fit.
        long[] parts = {top[0].longValueExact(), top[1].longValueExact(), upper[1].longValueExact()};
        int[] digits = new int[12];
        for (int part = 0; part < 3; part++) {
            for (int g = 3; g >= 0; g--) {
                digits[part * 4 + g] = (int) (parts[part] % 10_000);
                parts[part] /= 10_000;
            }
        }
        int first = 0;
        while (first < digits.length - 1 && digits[first] == 0) {
            first++;
        }
        int p = at + 12;
        for (int i = first; i < digits.length; i++, p += 2) {
            put16(out, p, digits[i]);
        }
        head(out, at, p, digits.length - first - after - 1, unscaled.signum() < 0, scale);
        return p;
    }
}
