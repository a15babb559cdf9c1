package dev.sluice.connectors.jdbc.postgresql;

import static dev.sluice.connectors.jdbc.postgresql.NumericReading.POWERS;
import static dev.sluice.connectors.jdbc.postgresql.Wire.put16;
import static dev.sluice.connectors.jdbc.postgresql.Wire.put32;

/// Writes the binary form of `numeric` that [NumericReading] describes, its length in front.
final class NumericWriting {
    /// Most bytes one value takes: length, four words of head, ten digits before and ten after the point.
    static final int MAX_BYTES = 4 + 8 + 2 * 20;

    /// Base-10000 digits that 39 decimal ones and the alignment of the point may need, in pairs.
    private static final int MOST_DIGITS = 12;

    private static final long E8 = 100_000_000L;
    private static final long LIMB = 0xFFFF_FFFFL;

    private NumericWriting() {}

    /// @param unscaled not [Long#MIN_VALUE]
    /// @return the position after the value
    static int put(byte[] out, int at, long unscaled, int scale) {
        long value = Math.abs(unscaled);
        if (scale == 2 && value < 100 * E8) {
            return putMoney(out, at, (int) (value / 100), (int) (value % 100), unscaled < 0);
        }
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

    /// The same for the scale of money and at most three digits, without loops and without divisions by variables.
    private static int putMoney(byte[] out, int at, int whole, int cents, boolean negative) {
        int p = at + 12;
        int upper = whole / 10_000;
        if (upper > 0) {
            put16(out, p, upper);
            p += 2;
        }
        if (whole > 0) {
            put16(out, p, whole - upper * 10_000);
            p += 2;
        }
        int weight = (p - at - 14) / 2;
        if (cents > 0) {
            put16(out, p, cents * 100);
            p += 2;
        }
        head(out, at, p, whole == 0 ? -1 : weight, negative, 2);
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

    /// A value of 128 bits, of which at most 39 digits are used.
    static int put(byte[] out, int at, long high, long low, int scale) {
        if (high == low >> 63 && low != Long.MIN_VALUE) {
            return put(out, at, low, scale);
        }
        boolean negative = high < 0;
        long upper = negative ? ~high + (low == 0 ? 1 : 0) : high;
        long lower = negative ? -low : low;
        int first = digits(out, at + 12, upper, lower, (int) POWERS[(4 - scale % 4) % 4]);
        int count = MOST_DIGITS - first;
        System.arraycopy(out, at + 12 + 2 * first, out, at + 12, 2 * count);
        int end = at + 12 + 2 * count;
        head(out, at, end, count - (scale + 3) / 4 - 1, negative, scale);
        return end;
    }

    /// Writes twelve base-10000 digits of the unsigned value times `align`, which puts the point between two of them.
    ///
    /// @return the first that is not zero
    private static int digits(byte[] out, int at, long upper, long lower, int align) {
        long e = (lower & LIMB) * align;
        long d = (lower >>> 32) * align + (e >>> 32);
        long c = (upper & LIMB) * align + (d >>> 32);
        long b = (upper >>> 32) * align + (c >>> 32);
        long a = b >>> 32;
        e &= LIMB;
        d &= LIMB;
        c &= LIMB;
        b &= LIMB;
        int first = MOST_DIGITS - 1;
        for (int pair = MOST_DIGITS - 2; pair >= 0; pair -= 2) {
            // Long division by 10^8, limb by limb from the top.
            b |= a % E8 << 32;
            a /= E8;
            c |= b % E8 << 32;
            b /= E8;
            d |= c % E8 << 32;
            c /= E8;
            e |= d % E8 << 32;
            d /= E8;
            int rest = (int) (e % E8);
            e /= E8;
            put16(out, at + 2 * pair, rest / 10_000);
            put16(out, at + 2 * pair + 2, rest % 10_000);
            if (rest != 0) {
                first = rest >= 10_000 ? pair : pair + 1;
            }
        }
        return first;
    }
}
