package dev.sluice.data.batch;

/// Whole numbers as text, two digits a step.
final class IntegerText {
    /// What [#parse(byte[], int, int, long, long)] returns for a text that is no such number.
    static final long FAILED = Long.MIN_VALUE;

    /// "00" to "99", end to end.
    private static final byte[] PAIRS = new byte[200];

    /// Powers of ten that fit a `long`.
    static final long[] POWERS = new long[19];

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[2 * i] = (byte) ('0' + i / 10);
            PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
        }
        POWERS[0] = 1;
        for (int i = 1; i < POWERS.length; i++) {
            POWERS[i] = POWERS[i - 1] * 10;
        }
    }

    private IntegerText() {}

    static int write(long value, byte[] out, int at) {
        if (value >= 0) {
            return writeUnsigned(value, out, at);
        }
        out[at] = '-';
        return writeUnsigned(-value, out, at + 1);
    }

    static int writeUnsigned(long value, byte[] out, int at) {
        if (value < 0) {
            long tenth = Long.divideUnsigned(value, 10);
            int next = writeUnsigned(tenth, out, at);
            out[next] = (byte) ('0' + (value - tenth * 10));
            return next + 1;
        }
        if (value < DigitWords.LIMIT) {
            // Eight bytes are touched: every kind's greatest length leaves them room.
            return DigitWords.write((int) value, out, at);
        }
        long upper = value / DigitWords.LIMIT;
        int next = writeUnsigned(upper, out, at);
        return DigitWords.writeAll((int) (value - upper * DigitWords.LIMIT), out, next);
    }

    /// Decimal digits of a value that is not negative; 1 for 0.
    static int digits(long value) {
        // 1233 / 4096 is just above log10(2): the estimate is right or one too small.
        int n = (64 - Long.numberOfLeadingZeros(value | 1)) * 1233 >>> 12;
        return n < POWERS.length && value >= POWERS[n] ? n + 1 : Math.max(1, n);
    }

    /// Exactly `digits` digits, with leading zeros; the value must not need more.
    static int writePadded(long value, int digits, byte[] out, int at) {
        int end = at + digits;
        int pos = end;
        long rest = value;
        while (pos - at >= 2) {
            long hundredth = rest / 100;
            int pair = (int) (rest - hundredth * 100) << 1;
            out[--pos] = PAIRS[pair + 1];
            out[--pos] = PAIRS[pair];
            rest = hundredth;
        }
        if (pos > at) {
            out[at] = (byte) ('0' + rest);
        }
        return end;
    }

    static int writePair(int value, byte[] out, int at) {
        out[at] = PAIRS[value << 1];
        out[at + 1] = PAIRS[(value << 1) + 1];
        return at + 2;
    }

    /// The number, or [#FAILED] when the text is none or it lies outside the bounds (which are within 33 bits).
    static long parse(byte[] text, int from, int to, long min, long max) {
        int at = from;
        boolean negative = text[at] == '-';
        if (negative || text[at] == '+') {
            at++;
        }
        if (at == to) {
            return FAILED;
        }
        if (DigitWords.reaches(to - at, to)) {
            long number = DigitWords.parse(text, to, to - at);
            long signed = negative ? -number : number;
            return number < 0 || signed < min || signed > max ? FAILED : signed;
        }
        long value = 0;
        for (; at < to; at++) {
            int digit = text[at] - '0';
            if (digit < 0 || digit > 9) {
                return FAILED;
            }
            value = value * 10 + digit;
            if (value > 0x1_FFFF_FFFFL) {
                return FAILED;
            }
        }
        value = negative ? -value : value;
        return value < min || value > max ? FAILED : value;
    }

    /// Reads an INT64.
    static boolean parse(byte[] text, int from, int to, long[] into, int row) {
        int at = from;
        boolean negative = text[at] == '-';
        if (negative || text[at] == '+') {
            at++;
        }
        if (at == to) {
            return false;
        }
        if (DigitWords.reaches(to - at, to)) {
            long number = DigitWords.parse(text, to, to - at);
            if (number < 0) {
                return false;
            }
            into[row] = negative ? -number : number;
            return true;
        }
        // Counts down, because there is one more negative number than positive ones.
        long value = 0;
        for (; at < to; at++) {
            int digit = text[at] - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
                return false;
            }
            value = value * 10 - digit;
            if (value > 0) {
                return false;
            }
        }
        if (!negative && value == Long.MIN_VALUE) {
            return false;
        }
        into[row] = negative ? value : -value;
        return true;
    }

    /// Reads a UINT64.
    static boolean parseUnsigned(byte[] text, int from, int to, long[] into, int row) {
        int at = text[from] == '+' ? from + 1 : from;
        if (at == to) {
            return false;
        }
        long tenthOfMax = Long.divideUnsigned(-1L, 10);
        long value = 0;
        for (; at < to; at++) {
            int digit = text[at] - '0';
            if (digit < 0 || digit > 9 || Long.compareUnsigned(value, tenthOfMax) > 0) {
                return false;
            }
            long next = value * 10 + digit;
            if (Long.compareUnsigned(next, value * 10) < 0) {
                return false;
            }
            value = next;
        }
        into[row] = value;
        return true;
    }
}
