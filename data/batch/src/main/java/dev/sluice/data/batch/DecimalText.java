package dev.sluice.data.batch;

/// DECIMAL values as text: always their whole scale out, anything that loses no digit in.
final class DecimalText {
    /// Room for five groups of nine digits, point and sign.
    static final int WIDE_LENGTH = 48;

    private static final int GROUP_DIGITS = 9;
    private static final long GROUP = 1_000_000_000L;
    private static final int WIDE_DIGITS = 45;
    private static final long LOW_32 = 0xFFFF_FFFFL;

    /// Exponents beyond this cannot matter: no DECIMAL has that many digits.
    private static final int EXPONENT_LIMIT = 100_000;

    private DecimalText() {}

    static int write(long unscaled, int scale, byte[] out, int at) {
        int pos = at;
        long magnitude = unscaled;
        if (unscaled < 0) {
            out[pos++] = '-';
            magnitude = -unscaled;
        }
        if (scale == 0) {
            return IntegerText.writeUnsigned(magnitude, out, pos);
        }
        if (scale == 2) {
            // The scale of money: a division by a constant is a multiplication.
            long units = magnitude / 100;
            pos = IntegerText.writeUnsigned(units, out, pos);
            out[pos] = '.';
            return IntegerText.writePair((int) (magnitude - units * 100), out, pos + 1);
        }
        long power = IntegerText.POWERS[scale];
        long whole = magnitude / power;
        pos = IntegerText.writeUnsigned(whole, out, pos);
        out[pos++] = '.';
        return IntegerText.writePadded(magnitude - whole * power, scale, out, pos);
    }

    static int write(long high, long low, int scale, byte[] out, int at) {
        if (scale <= DataType.LONG_DIGITS && high == low >> 63 && low != Long.MIN_VALUE) {
            return write(low, scale, out, at);
        }
        int pos = at;
        long h = high;
        long l = low;
        if (high < 0) {
            out[pos++] = '-';
            l = -low;
            h = ~high + (low == 0 ? 1 : 0);
        }
        writeGroups(h, l, out, pos);
        int first = pos;
        int lastStart = pos + WIDE_DIGITS - scale - 1;
        while (first < lastStart && out[first] == '0') {
            first++;
        }
        int digits = pos + WIDE_DIGITS - first;
        System.arraycopy(out, first, out, pos, digits);
        int end = pos + digits;
        if (scale == 0) {
            return end;
        }
        System.arraycopy(out, end - scale, out, end - scale + 1, scale);
        out[end - scale] = '.';
        return end + 1;
    }

    /// The 128-bit magnitude as 45 digits: divided by 10^9 five times, 32 bits a step.
    private static void writeGroups(long high, long low, byte[] out, int at) {
        long a = high >>> 32;
        long b = high & LOW_32;
        long c = low >>> 32;
        long d = low & LOW_32;
        for (int group = WIDE_DIGITS - GROUP_DIGITS; group >= 0; group -= GROUP_DIGITS) {
            long rest = a % GROUP;
            a /= GROUP;
            rest = rest << 32 | b;
            b = rest / GROUP;
            rest = rest % GROUP << 32 | c;
            c = rest / GROUP;
            rest = rest % GROUP << 32 | d;
            d = rest / GROUP;
            IntegerText.writePadded(rest % GROUP, GROUP_DIGITS, out, at + group);
        }
    }

    /// Reads a DECIMAL of at most 18 digits.
    static boolean parse(byte[] text, int from, int to, int precision, int scale, long[] into, int row) {
        int at = from;
        boolean negative = text[at] == '-';
        if (negative || text[at] == '+') {
            at++;
        }
        if (to - at > DataType.LONG_DIGITS) {
            return parseLong(text, from, to, precision, scale, into, row);
        }
        int expected = to - 1 - scale;
        if (scale > 0
                && expected > at
                && text[expected] == '.'
                && DigitWords.reaches(scale, to)
                && DigitWords.reaches(expected - at, expected)) {
            long whole = DigitWords.parse(text, expected, expected - at);
            long part = DigitWords.parse(text, to, scale);
            if (whole >= 0 && part >= 0) {
                long number = whole * IntegerText.POWERS[scale] + part;
                return number < IntegerText.POWERS[precision] && store(negative ? -number : number, into, row);
            }
        }
        long value = 0;
        int point = -1;
        int start = at;
        for (; at < to; at++) {
            int digit = text[at] - '0';
            if (digit >= 0 && digit <= 9) {
                value = value * 10 + digit;
            } else if (text[at] == '.' && point < 0) {
                point = at;
            } else {
                return parseLong(text, from, to, precision, scale, into, row);
            }
        }
        int fraction = point < 0 ? 0 : to - point - 1;
        if (to - start == (point < 0 ? 0 : 1)) {
            return false;
        }
        int shift = scale - fraction;
        if (shift >= 0) {
            if (value >= IntegerText.POWERS[Math.max(0, precision - shift)]) {
                return value == 0 && store(0, into, row);
            }
            value *= IntegerText.POWERS[shift];
        } else {
            long power = IntegerText.POWERS[-shift];
            long cut = value / power;
            if (cut * power != value || cut >= IntegerText.POWERS[precision]) {
                return false;
            }
            value = cut;
        }
        return store(negative ? -value : value, into, row);
    }

    private static boolean store(long value, long[] into, int row) {
        into[row] = value;
        return true;
    }

    /// The general road for a narrow DECIMAL: many digits or an exponent.
    private static boolean parseLong(byte[] text, int from, int to, int precision, int scale, long[] into, int row) {
        int digits = kept(text, from, to, precision, scale);
        if (digits < 0) {
            return false;
        }
        long value = 0;
        int at = from;
        for (int n = 0; n < digits; at++) {
            if (isDigit(text[at])) {
                value = value * 10 + (text[at] - '0');
                n++;
            }
        }
        value *= IntegerText.POWERS[value == 0 ? 0 : zeros(text, from, to, scale)];
        return store(text[from] == '-' ? -value : value, into, row);
    }

    /// Reads a DECIMAL of up to 38 digits.
    static boolean parse(byte[] text, int from, int to, WideVector into, int row) {
        int scale = into.type().scale();
        int digits = kept(text, from, to, into.type().precision(), scale);
        if (digits < 0) {
            return false;
        }
        long high = 0;
        long low = 0;
        int at = from;
        for (int n = 0; n < digits; at++) {
            if (isDigit(text[at])) {
                int digit = text[at] - '0';
                long product = low * 10;
                high = high * 10 + Math.unsignedMultiplyHigh(low, 10);
                low = product + digit;
                high += Long.compareUnsigned(low, product) < 0 ? 1 : 0;
                n++;
            }
        }
        for (int n = (high | low) == 0 ? 0 : zeros(text, from, to, scale); n > 0; n--) {
            high = high * 10 + Math.unsignedMultiplyHigh(low, 10);
            low *= 10;
        }
        boolean negative = text[from] == '-';
        into.low()[row] = negative ? -low : low;
        into.high()[row] = negative ? ~high + (low == 0 ? 1 : 0) : high;
        return true;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    /// How many of the text's digits, from the left, make the unscaled value (before [#zeros] are appended); -1
    /// when the text is no number, has digits that the scale cannot hold, or is too long for the precision.
    private static int kept(byte[] text, int from, int to, int precision, int scale) {
        int at = text[from] == '-' || text[from] == '+' ? from + 1 : from;
        int digits = 0;
        int leading = 0;
        int trailing = 0;
        int fraction = 0;
        boolean point = false;
        for (; at < to && (isDigit(text[at]) || text[at] == '.' && !point); at++) {
            if (text[at] == '.') {
                point = true;
                continue;
            }
            boolean zero = text[at] == '0';
            leading += zero && leading == digits ? 1 : 0;
            trailing = zero ? trailing + 1 : 0;
            digits++;
            fraction += point ? 1 : 0;
        }
        int exponent = at == to ? 0 : exponent(text, at, to);
        if (digits == 0 || exponent == Integer.MIN_VALUE) {
            return -1;
        }
        if (leading == digits) {
            return 0;
        }
        int shift = scale - fraction + exponent;
        if (shift < -trailing || digits - leading + shift > precision) {
            return -1;
        }
        return digits + Math.min(shift, 0);
    }

    /// Zeros to append to the kept digits of a text that [#kept] has accepted as not zero.
    private static int zeros(byte[] text, int from, int to, int scale) {
        int point = -1;
        int at = from;
        while (at < to && text[at] != 'e' && text[at] != 'E') {
            point = text[at] == '.' ? at : point;
            at++;
        }
        int fraction = point < 0 ? 0 : at - point - 1;
        int exponent = at == to ? 0 : exponent(text, at, to);
        return Math.max(0, scale - fraction + exponent);
    }

    /// The exponent `E±n` that starts here and must be the rest of the text; MIN_VALUE when it is none.
    private static int exponent(byte[] text, int from, int to) {
        if (text[from] != 'e' && text[from] != 'E' || from + 1 == to) {
            return Integer.MIN_VALUE;
        }
        long value = IntegerText.parse(text, from + 1, to, -EXPONENT_LIMIT, EXPONENT_LIMIT);
        return value == IntegerText.FAILED ? Integer.MIN_VALUE : (int) value;
    }
}
