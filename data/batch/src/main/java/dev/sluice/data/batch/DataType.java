package dev.sluice.data.batch;

/// The type of a column: what its values mean and which [Vector] holds them.
///
/// @param kind the meaning
/// @param precision decimal digits of a DECIMAL (1–38); otherwise 0
/// @param scale digits after the point of a DECIMAL; for TIME, TIMESTAMP, INSTANT and DURATION the fractional
///     digits of the unit the `long` counts in: 3, 6, 7 or 9 (milliseconds, microseconds, ticks, nanoseconds);
///     otherwise 0
public record DataType(Kind kind, int precision, int scale) {
    /// What a value means. The comment names the vector and the unit.
    public enum Kind {
        /// [IntVector], 0 or 1.
        BOOLEAN,
        /// [IntVector].
        INT8,
        /// [IntVector], 0–255: Data Factory's Byte.
        UINT8,
        /// [IntVector].
        INT16,
        /// [IntVector].
        UINT16,
        /// [IntVector].
        INT32,
        /// [LongVector], 0–4294967295.
        UINT32,
        /// [LongVector].
        INT64,
        /// [LongVector], the bits of an unsigned number.
        UINT64,
        /// [DoubleVector]; every value is exactly a `float`.
        FLOAT32,
        /// [DoubleVector].
        FLOAT64,
        /// [LongVector] of unscaled values up to 18 digits, beyond that [WideVector].
        DECIMAL,
        /// [IntVector], days since 1970-01-01, proleptic Gregorian.
        DATE,
        /// [LongVector], units since midnight.
        TIME,
        /// [LongVector], units since 1970-01-01T00:00:00 on a clock without zone.
        TIMESTAMP,
        /// [LongVector], units since 1970-01-01T00:00:00Z: a point in time, shown in UTC.
        INSTANT,
        /// [LongVector], a signed span of time in units: Data Factory's TimeSpan.
        DURATION,
        /// [BytesVector], UTF-8.
        STRING,
        /// [BytesVector].
        BINARY,
        /// [BytesVector] of 16 bytes, most significant first (the order of the text form).
        GUID
    }

    public static final DataType BOOLEAN = of(Kind.BOOLEAN);
    public static final DataType INT8 = of(Kind.INT8);
    public static final DataType UINT8 = of(Kind.UINT8);
    public static final DataType INT16 = of(Kind.INT16);
    public static final DataType UINT16 = of(Kind.UINT16);
    public static final DataType INT32 = of(Kind.INT32);
    public static final DataType UINT32 = of(Kind.UINT32);
    public static final DataType INT64 = of(Kind.INT64);
    public static final DataType UINT64 = of(Kind.UINT64);
    public static final DataType FLOAT32 = of(Kind.FLOAT32);
    public static final DataType FLOAT64 = of(Kind.FLOAT64);
    public static final DataType DATE = of(Kind.DATE);
    public static final DataType STRING = of(Kind.STRING);
    public static final DataType BINARY = of(Kind.BINARY);
    public static final DataType GUID = of(Kind.GUID);

    /// Most digits a DECIMAL held in a `long` may have.
    public static final int LONG_DIGITS = 18;

    public DataType {
        boolean fits = switch (kind) {
            case DECIMAL -> precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision;
            case TIME, TIMESTAMP, INSTANT, DURATION ->
                precision == 0 && (scale == 3 || scale == 6 || scale == 7 || scale == 9);
            case BOOLEAN,
                    INT8,
                    UINT8,
                    INT16,
                    UINT16,
                    INT32,
                    UINT32,
                    INT64,
                    UINT64,
                    FLOAT32,
                    FLOAT64,
                    DATE,
                    STRING,
                    BINARY,
                    GUID -> precision == 0 && scale == 0;
        };
        if (!fits) {
            throw new IllegalArgumentException(kind + "(" + precision + "," + scale + ")");
        }
    }

    private static DataType of(Kind kind) {
        return new DataType(kind, 0, 0);
    }

    public static DataType decimal(int precision, int scale) {
        return new DataType(Kind.DECIMAL, precision, scale);
    }

    public static DataType time(int digits) {
        return new DataType(Kind.TIME, 0, digits);
    }

    public static DataType timestamp(int digits) {
        return new DataType(Kind.TIMESTAMP, 0, digits);
    }

    public static DataType instant(int digits) {
        return new DataType(Kind.INSTANT, 0, digits);
    }

    public static DataType duration(int digits) {
        return new DataType(Kind.DURATION, 0, digits);
    }

    /// How many of the units of a time type make one second: 1000, 1000000, 10000000 or 1000000000.
    public long unitsPerSecond() {
        return switch (scale) {
            case 3 -> 1_000L;
            case 6 -> 1_000_000L;
            case 7 -> 10_000_000L;
            default -> 1_000_000_000L;
        };
    }

    /// Whether values lie as bytes of any length ([BytesVector]).
    public boolean isBytes() {
        return kind == Kind.STRING || kind == Kind.BINARY || kind == Kind.GUID;
    }

    /// Data Factory's interim type name, e.g. `Int32`, `DateTime`, `Byte[]`.
    public String interimName() {
        return switch (kind) {
            case BOOLEAN -> "Boolean";
            case INT8 -> "SByte";
            case UINT8 -> "Byte";
            case INT16 -> "Int16";
            case UINT16 -> "UInt16";
            case INT32 -> "Int32";
            case UINT32 -> "UInt32";
            case INT64 -> "Int64";
            case UINT64 -> "UInt64";
            case FLOAT32 -> "Single";
            case FLOAT64 -> "Double";
            case DECIMAL -> "Decimal";
            case DATE, TIMESTAMP -> "DateTime";
            case INSTANT -> "DateTimeOffset";
            case TIME, DURATION -> "TimeSpan";
            case STRING -> "String";
            case BINARY -> "Byte[]";
            case GUID -> "Guid";
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case DECIMAL -> "DECIMAL(" + precision + "," + scale + ")";
            case TIME, TIMESTAMP, INSTANT, DURATION -> kind + "(" + scale + ")";
            default -> kind.toString();
        };
    }
}
