package dev.sluice.data.batch;

/// The canonical text of values: what delimited text holds, what a conversion to String gives, and what is
/// accepted back. Works on byte arrays and leaves no garbage (except for floating-point numbers of more than 15
/// digits).
///
/// | kind | written | also read |
/// |---|---|---|
/// | BOOLEAN | `True`, `False` (as .NET and so Data Factory write it) | any case, `1`, `0` |
/// | integers | `-17` | leading `+` |
/// | FLOAT32, FLOAT64 | fewest digits that read back the same: `0.1`, `5`, `1.0E15`, `NaN`, `-Infinity` | exponents |
/// | DECIMAL(p,s) | exactly s digits after the point: `12.30` | any scale that loses no digit, exponents |
/// | DATE | `yyyy-MM-dd` | with a time of midnight |
/// | TIME | `HH:mm:ss[.f]` | `HH:mm` |
/// | TIMESTAMP | `yyyy-MM-dd HH:mm:ss[.f]` | `T`; `Z` or an offset (taken to UTC); a date alone |
/// | INSTANT | `yyyy-MM-dd HH:mm:ss[.f] +00:00` (Data Factory's DateTimeOffset) | as TIMESTAMP; no offset is UTC |
/// | DURATION | `[-][d.]hh:mm:ss[.f]` (.NET TimeSpan `c`) | hours above 23 |
/// | STRING | the UTF-8 bytes | |
/// | BINARY | Base64 (RFC 4648, padded), as .NET puts a `Byte[]` into text | |
/// | GUID | `f81d4fae-7dec-11d0-a765-00a0c91e6bf6` | without hyphens, in braces, upper case |
///
/// `[.f]` is the fraction without trailing zeros, absent when zero. Years below 0000 and above 9999 have a sign,
/// as in ISO 8601. Reading allows spaces around everything but STRING and BINARY.
public final class TextForm {
    private TextForm() {}

    /// The most bytes [#write] needs for a value of that type; not for STRING and BINARY, whose length is their
    /// own.
    public static int maxLength(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> 5;
            case INT8, UINT8, INT16, UINT16, INT32, UINT32 -> 11;
            case INT64, UINT64 -> 20;
            case FLOAT32, FLOAT64 -> 26;
            case DECIMAL -> type.precision() <= DataType.LONG_DIGITS ? 22 : DecimalText.WIDE_LENGTH;
            case DATE -> 16;
            case TIME, DURATION, TIMESTAMP -> 32;
            case INSTANT -> 40;
            case GUID -> 36;
            case STRING, BINARY -> throw new IllegalArgumentException(type + " has no fixed length");
        };
    }

    /// The bytes [#write] needs for this value: [#maxLength] or, for STRING and BINARY, exactly what will be
    /// written.
    public static int length(Vector v, int row) {
        return switch (v.type().kind()) {
            case STRING -> size(v, row);
            case BINARY -> (size(v, row) + 2) / 3 * 4;
            default -> maxLength(v.type());
        };
    }

    private static int size(Vector v, int row) {
        int[] offsets = ((BytesVector) v).offsets();
        return offsets[row + 1] - offsets[row];
    }

    /// Writes the row's value, which must not be null; `out` must have room for [#length].
    ///
    /// @return the position after the text
    public static int write(Vector v, int row, byte[] out, int at) {
        return switch (v) {
            case IntVector ints -> writeInt(ints.type().kind(), ints.values()[row], out, at);
            case LongVector longs -> writeLong(longs.type(), longs.values()[row], out, at);
            case DoubleVector d ->
                d.type().kind() == DataType.Kind.FLOAT32
                        ? FloatText.write((float) d.values()[row], out, at)
                        : FloatText.write(d.values()[row], out, at);
            case WideVector w ->
                DecimalText.write(w.high()[row], w.low()[row], w.type().scale(), out, at);
            case BytesVector b -> writeBytes(b, row, out, at);
        };
    }

    /// As [#write], of a whole number that is not UINT64; `out` must have room for [#maxLength].
    public static int writeWhole(long value, byte[] out, int at) {
        return IntegerText.write(value, out, at);
    }

    /// As [#write], of a DECIMAL of at most [DataType#LONG_DIGITS] digits.
    public static int writeDecimal(long unscaled, int scale, byte[] out, int at) {
        return DecimalText.write(unscaled, scale, out, at);
    }

    /// As [#write], of a DATE, in days since 1970-01-01.
    public static int writeDate(int day, byte[] out, int at) {
        return TimeText.writeDate(day, out, at);
    }

    /// As [#parse] into an INT32 for a text that is not empty; false also where only spaces around it are in the way.
    public static boolean parseWhole(byte[] text, int from, int to, int[] into, int row) {
        long value = IntegerText.parse(text, from, to, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return value != IntegerText.FAILED && store((int) value, into, row);
    }

    /// The same into an INT64.
    public static boolean parseWhole(byte[] text, int from, int to, long[] into, int row) {
        return IntegerText.parse(text, from, to, into, row);
    }

    /// The same into a DECIMAL of at most [DataType#LONG_DIGITS] digits.
    public static boolean parseDecimal(byte[] text, int from, int to, int precision, int scale, long[] into, int row) {
        return DecimalText.parse(text, from, to, precision, scale, into, row);
    }

    /// The same into a DATE.
    public static boolean parseDate(byte[] text, int from, int to, int[] into, int row) {
        long day = TimeText.parseDate(text, from, to);
        return day != IntegerText.FAILED && store((int) day, into, row);
    }

    private static boolean store(int value, int[] into, int row) {
        into[row] = value;
        return true;
    }

    private static int writeInt(DataType.Kind kind, int value, byte[] out, int at) {
        return switch (kind) {
            case BOOLEAN -> BytesText.writeBoolean(value != 0, out, at);
            case DATE -> TimeText.writeDate(value, out, at);
            default -> IntegerText.write(value, out, at);
        };
    }

    private static int writeLong(DataType type, long value, byte[] out, int at) {
        return switch (type.kind()) {
            case DECIMAL -> DecimalText.write(value, type.scale(), out, at);
            case UINT64 -> IntegerText.writeUnsigned(value, out, at);
            case TIME -> TimeText.writeTime(value, type.scale(), out, at);
            case TIMESTAMP -> TimeText.writeTimestamp(value, type.scale(), out, at);
            case INSTANT -> TimeText.writeInstant(value, type.scale(), out, at);
            case DURATION -> TimeText.writeDuration(value, type.scale(), out, at);
            default -> IntegerText.write(value, out, at);
        };
    }

    private static int writeBytes(BytesVector v, int row, byte[] out, int at) {
        int from = v.offsets()[row];
        int length = v.offsets()[row + 1] - from;
        return switch (v.type().kind()) {
            case GUID -> BytesText.writeGuid(v.data(), from, out, at);
            case BINARY -> BytesText.writeBase64(v.data(), from, length, out, at);
            default -> {
                System.arraycopy(v.data(), from, out, at, length);
                yield at + length;
            }
        };
    }

    /// Reads the text `[from, to)` into a row. Nothing is rounded or cut, except that floating-point numbers
    /// take the nearest value.
    ///
    /// @return false when it is not a value of the vector's type; the row is then untouched (and, for a
    ///     [BytesVector], still to be set)
    public static boolean parse(byte[] text, int from, int to, Vector into, int row) {
        if (into instanceof BytesVector bytes && into.type().kind() != DataType.Kind.GUID) {
            return parseBytes(text, from, to, bytes, row);
        }
        int start = from;
        int end = to;
        while (start < end && text[start] == ' ') {
            start++;
        }
        while (end > start && text[end - 1] == ' ') {
            end--;
        }
        if (start == end) {
            return false;
        }
        return switch (into) {
            case IntVector v -> parseInt(text, start, end, v, row);
            case LongVector v -> parseLong(text, start, end, v, row);
            case DoubleVector v ->
                FloatText.parse(text, start, end, v.type().kind() == DataType.Kind.FLOAT32, v.values(), row);
            case WideVector v -> DecimalText.parse(text, start, end, v, row);
            case BytesVector v -> BytesText.parseGuid(text, start, end, v, row);
        };
    }

    private static boolean parseInt(byte[] text, int from, int to, IntVector into, int row) {
        long value = switch (into.type().kind()) {
            case BOOLEAN -> BytesText.parseBoolean(text, from, to);
            case DATE -> TimeText.parseDate(text, from, to);
            case INT8 -> IntegerText.parse(text, from, to, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case UINT8 -> IntegerText.parse(text, from, to, 0, 255);
            case INT16 -> IntegerText.parse(text, from, to, Short.MIN_VALUE, Short.MAX_VALUE);
            case UINT16 -> IntegerText.parse(text, from, to, 0, 65_535);
            default -> IntegerText.parse(text, from, to, Integer.MIN_VALUE, Integer.MAX_VALUE);
        };
        if (value == IntegerText.FAILED) {
            return false;
        }
        into.values()[row] = (int) value;
        return true;
    }

    private static boolean parseLong(byte[] text, int from, int to, LongVector into, int row) {
        DataType type = into.type();
        long[] values = into.values();
        return switch (type.kind()) {
            case DECIMAL -> DecimalText.parse(text, from, to, type.precision(), type.scale(), values, row);
            case UINT32 -> {
                long value = IntegerText.parse(text, from, to, 0, 0xFFFF_FFFFL);
                values[row] = value == IntegerText.FAILED ? values[row] : value;
                yield value != IntegerText.FAILED;
            }
            case UINT64 -> IntegerText.parseUnsigned(text, from, to, values, row);
            case TIME -> TimeText.parseTime(text, from, to, type.scale(), values, row);
            case TIMESTAMP, INSTANT -> TimeText.parseTimestamp(text, from, to, type.scale(), values, row);
            case DURATION -> TimeText.parseDuration(text, from, to, type.scale(), values, row);
            default -> IntegerText.parse(text, from, to, values, row);
        };
    }

    private static boolean parseBytes(byte[] text, int from, int to, BytesVector into, int row) {
        if (into.type().kind() == DataType.Kind.BINARY) {
            return BytesText.parseBase64(text, from, to, into, row);
        }
        into.set(row, text, from, to - from);
        return true;
    }
}
