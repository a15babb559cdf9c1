package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// The rarer forms of text: the activity's own date format, American dates as .NET reads them by default, and,
/// where truncation is allowed, numbers with more digits after the point than the column keeps (rounded half up)
/// and times with finer fractions (cut).
final class LenientText {
    private static final List<TimePattern> AMERICAN = Stream.of(
                    "M/d/yyyy",
                    "M/d/yyyy H:mm",
                    "M/d/yyyy H:mm:ss",
                    "M/d/yyyy H:mm:ss.FFFFFFF",
                    "M/d/yyyy h:mm tt",
                    "M/d/yyyy h:mm:ss tt")
            .map(p -> TimePattern.of(p, Locale.US))
            .toList();
    private static final List<TimePattern> FINE = Stream.of(
                    "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFFF",
                    "yyyy-MM-dd HH:mm:ss.FFFFFFFFF",
                    "yyyy-MM-dd HH:mm",
                    "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFFFK",
                    "yyyy-MM-dd HH:mm:ss.FFFFFFFFF zzz")
            .map(p -> TimePattern.of(p, Locale.US))
            .toList();
    private static final int LONGEST_NUMBER = 400;

    private final DataType to;
    private final Optional<TimePattern> pattern;
    private final boolean truncate;

    LenientText(DataType to, Optional<TimePattern> pattern, boolean truncate) {
        this.to = to;
        this.pattern = pattern;
        this.truncate = truncate;
    }

    /// Why a text was refused.
    String detail() {
        String form = switch (to.kind()) {
            case BOOLEAN -> "true, false, 1 or 0";
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64 -> "a whole number within the type's range";
            case FLOAT32, FLOAT64 -> "a number within the type's range";
            case DECIMAL ->
                "a number with at most " + (to.precision() - to.scale()) + " digits before the point"
                        + (truncate ? "" : " and " + to.scale() + " after it");
            case DATE -> "a date, yyyy-MM-dd";
            case TIME -> "a time of day, HH:mm:ss";
            case TIMESTAMP -> "a date and time, yyyy-MM-dd HH:mm:ss";
            case INSTANT -> "a date and time, yyyy-MM-dd HH:mm:ss +00:00";
            case DURATION -> "a span of time, [d.]hh:mm:ss";
            case BINARY -> "Base64";
            case GUID -> "a GUID";
            case STRING -> "text";
        };
        return "it is not " + form + ".";
    }

    boolean parse(String text, Vector into, int row) {
        return switch (to.kind()) {
            case DECIMAL -> truncate && decimal(text.strip(), into, row);
            case DATE, TIMESTAMP, INSTANT, TIME -> time(text.strip(), into, row);
            default -> false;
        };
    }

    private boolean decimal(String text, Vector into, int row) {
        if (text.length() > LONGEST_NUMBER) {
            return false;
        }
        try {
            BigDecimal value = new BigDecimal(text);
            if (Math.abs((long) value.precision() - value.scale()) > LONGEST_NUMBER) {
                return false;
            }
            value = value.setScale(to.scale(), RoundingMode.HALF_UP);
            if (value.precision() > to.precision()) {
                return false;
            }
            if (into instanceof WideVector wide) {
                wide.set(row, value.unscaledValue());
            } else {
                ((LongVector) into).values()[row] = value.unscaledValue().longValueExact();
            }
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private boolean time(String text, Vector into, int row) {
        TimePattern.Moment m = pattern.map(p -> p.parse(text)).orElse(null);
        if (m == null && text.indexOf('/') > 0) {
            m = first(AMERICAN, text);
        }
        if (m == null && truncate) {
            m = first(FINE, text);
        }
        return m != null && set(m, into, row);
    }

    private static TimePattern.@org.jspecify.annotations.Nullable Moment first(
            List<TimePattern> patterns, String text) {
        for (TimePattern p : patterns) {
            TimePattern.Moment m = p.parse(text);
            if (m != null) {
                return m;
            }
        }
        return null;
    }

    private boolean set(TimePattern.Moment m, Vector into, int row) {
        if (into instanceof IntVector days) {
            long day = Math.floorDiv(m.seconds(), 86_400L);
            boolean midnight = day * 86_400L == m.seconds() && m.nanos() == 0;
            if (!truncate && !midnight || day != (int) day) {
                return false;
            }
            days.values()[row] = (int) day;
            return true;
        }
        long perUnit = 1_000_000_000L / to.unitsPerSecond();
        if (!truncate && m.nanos() % perUnit != 0) {
            return false;
        }
        long high = Math.multiplyHigh(m.seconds(), to.unitsPerSecond());
        long units = m.seconds() * to.unitsPerSecond();
        long sum = units + m.nanos() / perUnit;
        if (high != units >> 63 || units > 0 && sum < 0) {
            return false;
        }
        ((LongVector) into).values()[row] = sum;
        return true;
    }
}
