package dev.sluice.data.trees;

import dev.sluice.data.batch.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;

/// What the values of one column have been so far, and so what type holds them all.
final class SeenValues {
    private static final BigInteger LEAST = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);
    private static final int DIGITS = 38;

    private boolean booleans;
    private boolean numbers;
    private boolean others;
    private boolean notFinite;
    private boolean whole = true;
    private boolean longs = true;
    private boolean doubles = true;
    private boolean decimals = true;
    private int integerDigits;
    private int scale;

    void add(Cells.Kind kind, String text) {
        switch (kind) {
            case NULL -> {}
            case BOOLEAN -> booleans = true;
            case NUMBER -> number(text);
            case TEXT -> {
                // As .NET writes what JSON has no number for.
                boolean special = text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity");
                notFinite |= special;
                others |= !special;
            }
            case COMPLEX -> others = true;
        }
    }

    private void number(String text) {
        numbers = true;
        if (others) {
            return;
        }
        if (text.length() <= 18 && text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0) {
            integerDigits = Math.max(integerDigits, text.length());
            doubles &= text.length() <= 15 || exact(new BigDecimal(text));
            return;
        }
        BigDecimal value = new BigDecimal(text);
        if (Math.abs((long) value.scale()) > 2_000) {
            decimals = false;
            longs = false;
            whole = false;
            doubles &= exact(value);
            return;
        }
        boolean integer = value.scale() <= 0 && text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0;
        whole &= integer;
        longs &= integer
                && value.toBigInteger().compareTo(LEAST) >= 0
                && value.toBigInteger().compareTo(MOST) <= 0;
        doubles &= exact(value);
        scale = Math.max(scale, Math.max(0, value.scale()));
        integerDigits = Math.max(integerDigits, value.precision() - value.scale());
        decimals &= integerDigits + scale <= DIGITS;
    }

    private static boolean exact(BigDecimal value) {
        double d = value.doubleValue();
        return Double.isFinite(d) && new BigDecimal(Double.toString(d)).compareTo(value) == 0;
    }

    /// The type that holds all of them; String where they are of several kinds, or there are none.
    DataType type() {
        boolean number = numbers || notFinite;
        if (others || booleans == number) {
            return DataType.STRING;
        }
        if (booleans) {
            return DataType.BOOLEAN;
        }
        if (notFinite) {
            return numbers && doubles ? DataType.FLOAT64 : DataType.STRING;
        }
        if (whole && longs) {
            return DataType.INT64;
        }
        if (doubles) {
            return DataType.FLOAT64;
        }
        return decimals && integerDigits + scale <= DIGITS ? DataType.decimal(DIGITS, scale) : DataType.STRING;
    }
}
