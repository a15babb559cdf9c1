package dev.sluice.ssis.engine.dataflow.files;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.CodePages;
import dev.sluice.ssis.engine.dataflow.rows.Fit;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Values of one column from the bytes of fields. Texts, integers, decimals and ISO dates go straight from the bytes;
/// everything else by the conversions of the expression language. One thread.
final class FieldValues {
    private static final long[] POWERS = powers();
    private static final SsisType TEXT = SsisType.of(SsisType.Kind.NTEXT);

    private final SsisType type;
    private final boolean retainNulls;
    private final boolean fast;
    private final boolean needed;
    private final Fit fit;
    private final long least;
    private final long most;

    /// What came of a field.
    enum Found {
        VALUE,
        TRUNCATED,
        UNUSABLE,
        OVERFLOW,
        SIGN
    }

    /// @param needed whether anything reads the column; the texts of others are only judged
    FieldValues(SsisType type, boolean retainNulls, boolean fastParse, boolean needed) {
        this.type = type;
        this.needed = needed;
        this.retainNulls = retainNulls;
        this.fast = fastParse;
        this.fit = new Fit(TEXT, type);
        int bits = switch (type.kind()) {
            case I1 -> 7;
            case I2 -> 15;
            case I4 -> 31;
            case UI1 -> 8;
            case UI2 -> 16;
            case UI4 -> 32;
            default -> 63;
        };
        boolean signed = switch (type.kind()) {
            case I1, I2, I4, I8 -> true;
            default -> false;
        };
        this.most = bits == 63 ? Long.MAX_VALUE : (1L << bits) - 1;
        this.least = signed ? -most - 1 : 0;
    }

    private static long[] powers() {
        long[] powers = new long[19];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = 10 * powers[i - 1];
        }
        return powers;
    }

    /// Puts the value of a field into the row being filled. What cannot be used is NULL there, what is truncated is
    /// there truncated.
    Found put(BufferBuilder into, int column, byte[] bytes, int from, int to) {
        if (from == to) {
            into.set(column, retainNulls ? null : empty());
            return Found.VALUE;
        }
        Vector vector = into.vector(column);
        int row = into.rows();
        return switch (type.kind()) {
            case STR, WSTR, TEXT, NTEXT -> text((BytesVector) vector, row, bytes, from, to);
            case I1, I2, I4, UI1, UI2 -> {
                long value = whole(bytes, from, to);
                if (value == Long.MIN_VALUE) {
                    yield other(into, column, bytes, from, to);
                }
                yield ranged(value, () -> ((IntVector) vector).values()[row] = (int) value, into, column);
            }
            case UI4, I8 -> {
                long value = whole(bytes, from, to);
                if (value == Long.MIN_VALUE) {
                    yield other(into, column, bytes, from, to);
                }
                yield ranged(value, () -> ((LongVector) vector).values()[row] = value, into, column);
            }
            case NUMERIC, DECIMAL, CY -> decimal(into, column, bytes, from, to);
            case R8, R4 -> floating(into, column, bytes, from, to);
            case DATE, DBDATE, DBTIMESTAMP, DBTIMESTAMP2 -> date(into, column, bytes, from, to);
            default -> other(into, column, bytes, from, to);
        };
    }

    /// A field that is not there, because the row ended before.
    void missing(BufferBuilder into, int column) {
        into.set(column, retainNulls || !type.kind().text() ? null : "");
    }

    private Found ranged(long value, Runnable set, BufferBuilder into, int column) {
        if (value < least || value > most) {
            into.set(column, null);
            return value < 0 && least == 0 ? Found.SIGN : Found.OVERFLOW;
        }
        set.run();
        return Found.VALUE;
    }

    private @Nullable Object empty() {
        return switch (type.kind()) {
            case STR, WSTR, TEXT, NTEXT -> "";
            case BOOL -> false;
            case I1, I2, I4, I8, UI1, UI2, UI4 -> 0L;
            case UI8 -> BigInteger.ZERO;
            case R4 -> 0f;
            case R8 -> 0d;
            case CY, DECIMAL, NUMERIC -> BigDecimal.ZERO;
            case GUID -> new UUID(0, 0);
            case BYTES, IMAGE -> new byte[0];
            case DBDATE -> LocalDate.of(1899, 12, 30);
            case DBTIME, DBTIME2 -> LocalTime.MIDNIGHT;
            case DATE, DBTIMESTAMP, DBTIMESTAMP2, FILETIME -> LocalDateTime.of(1899, 12, 30, 0, 0);
            case DBTIMESTAMPOFFSET -> LocalDateTime.of(1899, 12, 30, 0, 0).atOffset(ZoneOffset.UTC);
        };
    }

    private Found text(BytesVector vector, int row, byte[] bytes, int from, int to) {
        int length = to - from;
        if (type.kind().lob() || length <= type.length()) {
            // At most one character a byte; in other code pages than UTF-8 at most one byte a UTF-8 byte, too.
            if (needed) {
                vector.set(row, bytes, from, length);
            } else {
                vector.setNull(row);
            }
            return Found.VALUE;
        }
        String text = new String(bytes, from, length, StandardCharsets.UTF_8);
        if (type.kind() == SsisType.Kind.WSTR) {
            boolean cut = text.length() > type.length();
            vector.set(row, cut ? text.substring(0, type.length()) : text);
            return cut ? Found.TRUNCATED : Found.VALUE;
        }
        CodePages.Fitted fitted = CodePages.fit(text, type.length(), type.codePage());
        vector.set(row, fitted.text());
        return fitted.whole() ? Found.VALUE : Found.TRUNCATED;
    }

    /// A plain whole number, blanks around it allowed; [Long#MIN_VALUE] for anything else.
    private static long whole(byte[] bytes, int from, int to) {
        int i = from;
        int end = to;
        while (i < end && bytes[i] == ' ') {
            i++;
        }
        while (end > i && bytes[end - 1] == ' ') {
            end--;
        }
        boolean negative = i < end && bytes[i] == '-';
        if (negative || i < end && bytes[i] == '+') {
            i++;
        }
        if (i == end || end - i > 18) {
            return Long.MIN_VALUE;
        }
        long value = 0;
        for (; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return Long.MIN_VALUE;
            }
            value = 10 * value + digit;
        }
        return negative ? -value : value;
    }

    /// `-123.45` in a decimal that fits 18 digits, without rounding.
    private Found decimal(BufferBuilder into, int column, byte[] bytes, int from, int to) {
        int i = from;
        boolean negative = bytes[i] == '-';
        if (negative) {
            i++;
        }
        long value = 0;
        int digits = 0;
        int fraction = -1;
        for (; i < to; i++) {
            int c = bytes[i];
            if (c == '.' && fraction < 0) {
                fraction = 0;
                continue;
            }
            if (c < '0' || c > '9' || ++digits > 17) {
                return other(into, column, bytes, from, to);
            }
            value = 10 * value + c - '0';
            fraction += fraction < 0 ? 0 : 1;
        }
        int missing = type.scale() - Math.max(0, fraction);
        boolean fits = digits > 0 && missing >= 0 && digits + missing <= 17;
        if (!fits || type.kind() == SsisType.Kind.NUMERIC && value >= bound()) {
            return other(into, column, bytes, from, to);
        }
        long unscaled = (negative ? -value : value) * POWERS[missing];
        switch (into.vector(column)) {
            case LongVector v -> v.values()[into.rows()] = unscaled;
            case dev.sluice.data.batch.WideVector v -> v.set(into.rows(), unscaled);
            default -> throw new IllegalStateException("no decimal vector");
        }
        return Found.VALUE;
    }

    /// Values from here on may be too large for the precision.
    private long bound() {
        return POWERS[Math.clamp((long) type.precision() - type.scale(), 0, 18)];
    }

    private Found floating(BufferBuilder into, int column, byte[] bytes, int from, int to) {
        try {
            String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).strip();
            char last = text.isEmpty() ? 'x' : text.charAt(text.length() - 1);
            double value = last >= '0' && last <= '9' || last == '.' ? Double.parseDouble(text) : Double.NaN;
            if (Double.isNaN(value)) {
                return other(into, column, bytes, from, to);
            }
            boolean single = type.kind() == SsisType.Kind.R4;
            double stored = single ? (float) value : value;
            if (Double.isInfinite(stored)) {
                into.set(column, null);
                return Found.OVERFLOW;
            }
            ((DoubleVector) into.vector(column)).values()[into.rows()] = stored;
            return Found.VALUE;
        } catch (NumberFormatException e) {
            return other(into, column, bytes, from, to);
        }
    }

    /// `yyyy-mm-dd` straight from the bytes.
    private Found date(BufferBuilder into, int column, byte[] bytes, int from, int to) {
        boolean iso = to - from == 10 && bytes[from + 4] == '-' && bytes[from + 7] == '-';
        boolean compact = fast && to - from == 8;
        if (!iso && !compact) {
            return other(into, column, bytes, from, to);
        }
        int year = digits(bytes, from, 4);
        int month = digits(bytes, from + (iso ? 5 : 4), 2);
        int day = digits(bytes, from + (iso ? 8 : 6), 2);
        if (year < 1
                || month < 1
                || month > 12
                || day < 1
                || day > 28 && day > LocalDate.of(year, month, 1).lengthOfMonth()) {
            return other(into, column, bytes, from, to);
        }
        long epochDay = LocalDate.of(year, month, day).toEpochDay();
        if (into.vector(column) instanceof IntVector v) {
            v.values()[into.rows()] = (int) epochDay;
        } else {
            ((LongVector) into.vector(column)).values()[into.rows()] = epochDay * 864_000_000_000L;
        }
        return Found.VALUE;
    }

    private static int digits(byte[] bytes, int from, int count) {
        int value = 0;
        for (int i = from; i < from + count; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = 10 * value + digit;
        }
        return value;
    }

    private Found other(BufferBuilder into, int column, byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        boolean blank = text.isBlank();
        if (blank && fast && type.kind().integer()) {
            into.set(column, empty());
            return Found.VALUE;
        }
        try {
            into.set(column, fit.apply(type.kind().number() ? plainNumber(text) : text));
            return fit.truncated() ? Found.TRUNCATED : Found.VALUE;
        } catch (RowFailure e) {
            into.set(column, null);
            return !blank && type.kind().number() && number(text) ? Found.OVERFLOW : Found.UNUSABLE;
        }
    }

    /// Group separators and currency signs of the locale do not count.
    private static String plainNumber(String text) {
        String t = text.strip();
        return t.indexOf(',') > 0 || t.startsWith("$") ? t.replace(",", "").replace("$", "") : t;
    }

    private static boolean number(String text) {
        return plainNumber(text).matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    }
}
