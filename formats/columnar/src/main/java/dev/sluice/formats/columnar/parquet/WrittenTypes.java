package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import java.math.BigInteger;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DateType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.MicroSeconds;
import org.apache.parquet.format.MilliSeconds;
import org.apache.parquet.format.NanoSeconds;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.StringType;
import org.apache.parquet.format.TimeType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.UUIDType;

/// How a column type is stored in a Parquet file: physical type, logical type, and the older converted type beside it
/// for readers that know only that (<https://github.com/apache/parquet-format/blob/master/LogicalTypes.md>).
///
/// Parquet has no unit of 100 ns. A TIMESTAMP or INSTANT of ticks becomes INT96, as Data Factory itself writes date
/// and time: the only type that is exact and reaches from year 1 to 9999. A TIME of ticks becomes nanoseconds. A
/// DURATION is a plain INT64. What Parquet's types cannot tell is added to the footer ([TypeNotes]).
final class WrittenTypes {
    /// Most digits of a DECIMAL in an INT32.
    private static final int INT32_DIGITS = 9;

    private WrittenTypes() {}

    static Type physical(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> Type.BOOLEAN;
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, DATE -> Type.INT32;
            case INT64, UINT64, DURATION -> Type.INT64;
            case TIME -> type.scale() == 3 ? Type.INT32 : Type.INT64;
            case TIMESTAMP, INSTANT -> type.scale() == 7 ? Type.INT96 : Type.INT64;
            case FLOAT32 -> Type.FLOAT;
            case FLOAT64 -> Type.DOUBLE;
            case DECIMAL ->
                type.precision() <= INT32_DIGITS
                        ? Type.INT32
                        : type.precision() <= DataType.LONG_DIGITS ? Type.INT64 : Type.FIXED_LEN_BYTE_ARRAY;
            case STRING, BINARY -> Type.BYTE_ARRAY;
            case GUID -> Type.FIXED_LEN_BYTE_ARRAY;
        };
    }

    /// Bytes of a value of fixed length: 12 of an INT96, 16 of a UUID, as many as its precision needs of a DECIMAL; 0
    /// for the other types.
    static int fixedLength(DataType type) {
        return switch (physical(type)) {
            case INT96 -> 12;
            case FIXED_LEN_BYTE_ARRAY -> type.kind() == DataType.Kind.GUID ? 16 : decimalLength(type.precision());
            case BOOLEAN, INT32, INT64, FLOAT, DOUBLE, BYTE_ARRAY -> 0;
        };
    }

    /// The fewest bytes of a two's complement that hold every number of so many digits.
    private static int decimalLength(int precision) {
        return BigInteger.TEN.pow(precision).bitLength() / 8 + 1;
    }

    static SchemaElement element(Field field) {
        DataType type = field.type();
        SchemaElement element = new SchemaElement(field.name())
                .setType(physical(type))
                .setRepetition_type(field.nullable() ? FieldRepetitionType.OPTIONAL : FieldRepetitionType.REQUIRED);
        if (physical(type) == Type.FIXED_LEN_BYTE_ARRAY) {
            element.setType_length(fixedLength(type));
        }
        switch (type.kind()) {
            case BOOLEAN, INT32, INT64, FLOAT32, FLOAT64, BINARY, DURATION -> {}
            case INT8 -> integer(element, 8, true, ConvertedType.INT_8);
            case UINT8 -> integer(element, 8, false, ConvertedType.UINT_8);
            case INT16 -> integer(element, 16, true, ConvertedType.INT_16);
            case UINT16 -> integer(element, 16, false, ConvertedType.UINT_16);
            case UINT32 -> integer(element, 32, false, ConvertedType.UINT_32);
            case UINT64 -> integer(element, 64, false, ConvertedType.UINT_64);
            case STRING ->
                element.setLogicalType(LogicalType.STRING(new StringType())).setConverted_type(ConvertedType.UTF8);
            case GUID -> element.setLogicalType(LogicalType.UUID(new UUIDType()));
            case DATE ->
                element.setLogicalType(LogicalType.DATE(new DateType())).setConverted_type(ConvertedType.DATE);
            case DECIMAL ->
                element.setLogicalType(LogicalType.DECIMAL(new DecimalType(type.scale(), type.precision())))
                        .setConverted_type(ConvertedType.DECIMAL)
                        .setPrecision(type.precision())
                        .setScale(type.scale());
            case TIME -> time(element, type);
            case TIMESTAMP, INSTANT -> timestamp(element, type);
        }
        return element;
    }

    private static void integer(SchemaElement element, int bits, boolean signed, ConvertedType converted) {
        element.setLogicalType(LogicalType.INTEGER(new IntType((byte) bits, signed)))
                .setConverted_type(converted);
    }

    private static void time(SchemaElement element, DataType type) {
        element.setLogicalType(LogicalType.TIME(new TimeType(false, unit(type.scale()))));
        if (type.scale() <= 6) {
            element.setConverted_type(type.scale() == 3 ? ConvertedType.TIME_MILLIS : ConvertedType.TIME_MICROS);
        }
    }

    private static void timestamp(SchemaElement element, DataType type) {
        if (type.scale() == 7) {
            return;
        }
        boolean utc = type.kind() == DataType.Kind.INSTANT;
        element.setLogicalType(LogicalType.TIMESTAMP(new TimestampType(utc, unit(type.scale()))));
        if (type.scale() <= 6) {
            element.setConverted_type(
                    type.scale() == 3 ? ConvertedType.TIMESTAMP_MILLIS : ConvertedType.TIMESTAMP_MICROS);
        }
    }

    private static TimeUnit unit(int digits) {
        return switch (digits) {
            case 3 -> TimeUnit.MILLIS(new MilliSeconds());
            case 6 -> TimeUnit.MICROS(new MicroSeconds());
            default -> TimeUnit.NANOS(new NanoSeconds());
        };
    }
}
