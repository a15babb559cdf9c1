package dev.sluice.data.batch;

import java.nio.charset.StandardCharsets;

/// Floating-point numbers as text. Numbers of few digits, nearly all there are in practice, are done exactly by
/// hand: a decimal of at most 15 digits names one `double` (6 digits: one `float`), so the shortest that divides
/// back to the value is the shortest text there is. The rest is left to the JDK.
final class FloatText {
    private static final int EXACT_FRACTION = 6;
    private static final double EXACT_DOUBLE = 1e15;
    private static final float EXACT_FLOAT = 1e6f;

    /// Powers of ten that are exact doubles.
    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22
    };

    private static final int FLOAT_POWERS = 10;

    private FloatText() {}

    static int write(double value, byte[] out, int at) {
        double magnitude = Math.abs(value);
        for (int digits = 0; digits <= EXACT_FRACTION; digits++) {
            double scaled = Math.rint(magnitude * POWERS[digits]);
            if (!(scaled < EXACT_DOUBLE)) {
                break;
            }
            if (scaled / POWERS[digits] == magnitude) {
                return writeExact(value < 0 || 1 / value < 0, (long) scaled, digits, out, at);
            }
        }
        return writeText(Double.toString(value), out, at);
    }

    static int write(float value, byte[] out, int at) {
        float magnitude = Math.abs(value);
        for (int digits = 0; digits <= EXACT_FRACTION; digits++) {
            float scaled = (float) Math.rint(magnitude * (float) POWERS[digits]);
            if (!(scaled < EXACT_FLOAT)) {
                break;
            }
            if (scaled / (float) POWERS[digits] == magnitude) {
                return writeExact(value < 0 || 1 / value < 0, (long) scaled, digits, out, at);
            }
        }
        return writeText(Float.toString(value), out, at);
    }

    private static int writeExact(boolean negative, long scaled, int digits, byte[] out, int at) {
        int pos = at;
        if (negative) {
            out[pos++] = '-';
        }
        return DecimalText.write(scaled, digits, out, pos);
    }

    private static int writeText(String text, byte[] out, int at) {
        int length = text.endsWith(".0") ? text.length() - 2 : text.length();
        for (int i = 0; i < length; i++) {
            out[at + i] = (byte) text.charAt(i);
        }
        return at + length;
    }

    static boolean parse(byte[] text, int from, int to, boolean single, double[] into, int row) {
        int at = from;
        boolean negative = text[at] == '-';
        if (negative || text[at] == '+') {
            at++;
        }
        long mantissa = 0;
        int digits = 0;
        int fraction = 0;
        boolean point = false;
        for (; at < to; at++) {
            int digit = text[at] - '0';
            if (digit >= 0 && digit <= 9) {
                mantissa = digits < 18 ? mantissa * 10 + digit : mantissa;
                digits++;
                fraction += point ? 1 : 0;
            } else if (text[at] == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (digits == 0) {
            return parseWord(text, negative || text[from] == '+' ? from + 1 : from, to, negative, into, row);
        }
        int exponent = 0;
        if (at < to) {
            long e = (text[at] | 0x20) == 'e' ? exponent(text, at + 1, to) : IntegerText.FAILED;
            if (e == IntegerText.FAILED) {
                return false;
            }
            exponent = (int) e;
        }
        int power = exponent - fraction;
        if (digits > 18
                || mantissa >= (single ? 1L << 24 : 1L << 53)
                || Math.abs(power) >= POWERS.length
                || single && Math.abs(power) > FLOAT_POWERS) {
            return parseText(text, from, to, single, into, row);
        }
        double value;
        if (single) {
            float m = (float) mantissa;
            float p = (float) POWERS[Math.abs(power)];
            value = power < 0 ? m / p : m * p;
        } else {
            value = power < 0 ? mantissa / POWERS[-power] : mantissa * POWERS[power];
        }
        into[row] = negative ? -value : value;
        return true;
    }

    private static long exponent(byte[] text, int from, int to) {
        return from < to ? IntegerText.parse(text, from, to, -1_000_000, 1_000_000) : IntegerText.FAILED;
    }

    /// The JDK's parser, for a text whose form has been checked; too large a number is refused.
    private static boolean parseText(byte[] text, int from, int to, boolean single, double[] into, int row) {
        String s = new String(text, from, to - from, StandardCharsets.ISO_8859_1);
        double value = single ? Float.parseFloat(s) : Double.parseDouble(s);
        if (Double.isInfinite(value)) {
            return false;
        }
        into[row] = value;
        return true;
    }

    private static boolean parseWord(byte[] text, int from, int to, boolean negative, double[] into, int row) {
        if (BytesText.is("nan", text, from, to)) {
            into[row] = Double.NaN;
            return true;
        }
        if (BytesText.is("infinity", text, from, to) || BytesText.is("inf", text, from, to)) {
            into[row] = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            return true;
        }
        return false;
    }
}
