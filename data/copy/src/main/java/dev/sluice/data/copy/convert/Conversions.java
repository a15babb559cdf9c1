package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DataType.Kind;
import java.util.Optional;

/// Chooses the converter of a pair of types: String to and from everything; numbers and Booleans among each
/// other; dates and times with a date among each other; time spans among each other; every type to itself.
public final class Conversions {
    private Conversions() {}

    /// A new converter, or empty when Data Factory knows no such conversion. Not asked for two equal types, whose
    /// vectors can be handed on.
    public static Optional<Converter> between(DataType from, DataType to, ConversionSettings settings) {
        if (from.equals(to)) {
            return Optional.of(new SameType());
        }
        if (to.kind() == Kind.STRING) {
            return Optional.of(toText(from, settings));
        }
        if (from.kind() == Kind.STRING) {
            return Optional.of(fromText(to, settings));
        }
        if (isNumber(from) && isNumber(to)) {
            return Optional.of(number(from, to, settings.allowTruncation()));
        }
        if (hasDate(from) && hasDate(to) || isSpan(from) && isSpan(to)) {
            return Optional.of(new TimeToTime(from, to, settings.allowTruncation()));
        }
        return Optional.empty();
    }

    private static Converter toText(DataType from, ConversionSettings settings) {
        Optional<TimePattern> pattern = pattern(from, settings);
        if (pattern.isPresent()) {
            return new FormattedTime.ToText(from, pattern.get());
        }
        if (from.kind() == Kind.BOOLEAN && settings.booleanAsNumber()) {
            return new ToText(true);
        }
        return new ToText(false);
    }

    private static Converter fromText(DataType to, ConversionSettings settings) {
        return new FromText(
                new LenientText(to, pattern(to, settings), settings.allowTruncation()),
                pattern(to, settings).isPresent());
    }

    private static Optional<TimePattern> pattern(DataType type, ConversionSettings settings) {
        return switch (type.kind()) {
            case DATE, TIMESTAMP -> settings.dateTimeFormat();
            case INSTANT -> settings.dateTimeOffsetFormat();
            case TIME -> settings.timeSpanFormat();
            default -> Optional.empty();
        };
    }

    private static Converter number(DataType from, DataType to, boolean truncate) {
        boolean exact = isLong(from) && isLong(to);
        if (exact) {
            return new LongToLong(from, to, truncate);
        }
        if (isFloat(to) && (isLong(from) || isFloat(from))) {
            return new ToFloat(from, to);
        }
        if (isFloat(from) && isLong(to) && to.kind() != Kind.DECIMAL && to.kind() != Kind.UINT64) {
            return new FloatToInteger(to, truncate);
        }
        return new AnyNumber(from, to, truncate);
    }

    static boolean isNumber(DataType t) {
        return switch (t.kind()) {
            case BOOLEAN, INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, FLOAT32, FLOAT64, DECIMAL -> true;
            case DATE, TIME, TIMESTAMP, INSTANT, DURATION, STRING, BINARY, GUID -> false;
        };
    }

    static boolean isFloat(DataType t) {
        return t.kind() == Kind.FLOAT32 || t.kind() == Kind.FLOAT64;
    }

    /// A number that is held as a `long` or `int` of its own value or unscaled value.
    private static boolean isLong(DataType t) {
        return isNumber(t)
                && !isFloat(t)
                && t.kind() != Kind.UINT64
                && !(t.kind() == Kind.DECIMAL && t.precision() > DataType.LONG_DIGITS);
    }

    private static boolean hasDate(DataType t) {
        return t.kind() == Kind.DATE || t.kind() == Kind.TIMESTAMP || t.kind() == Kind.INSTANT;
    }

    private static boolean isSpan(DataType t) {
        return t.kind() == Kind.TIME || t.kind() == Kind.DURATION;
    }
}
