package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import java.util.Optional;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.DecimalType;
import org.apache.parquet.format.IntType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeType;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.TimestampType;
import org.apache.parquet.format.Type;
import org.jspecify.annotations.Nullable;

/// What a column of a Parquet file holds, from its logical type, or the older converted type where there is none
/// (<https://github.com/apache/parquet-format/blob/master/LogicalTypes.md>).
final class ReadTypes {
    private static final int MOST_DIGITS = 38;

    private ReadTypes() {}

    /// The column's type, or empty for one that has no counterpart here. Types that only say how bytes are meant (BSON,
    /// geometry, an unknown annotation) are read as the bytes they are.
    static Optional<DataType> of(SchemaElement element) {
        LogicalType logical = element.getLogicalType();
        // an annotation of a later version of the format is an empty union
        if (logical != null && logical.getSetField() != null) {
            return ofLogical(element, logical);
        }
        ConvertedType converted = element.getConverted_type();
        return converted != null ? ofConverted(element, converted) : Optional.of(plain(element.getType()));
    }

    private static DataType plain(Type physical) {
        return switch (physical) {
            case BOOLEAN -> DataType.BOOLEAN;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case INT96 -> DataType.timestamp(7);
            case FLOAT -> DataType.FLOAT32;
            case DOUBLE -> DataType.FLOAT64;
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> DataType.BINARY;
        };
    }

    private static Optional<DataType> ofLogical(SchemaElement element, LogicalType logical) {
        Type physical = element.getType();
        return switch (logical.getSetField()) {
            case STRING, ENUM, JSON -> when(isBytes(physical), DataType.STRING);
            case DECIMAL -> {
                DecimalType decimal = logical.getDECIMAL();
                yield decimal(physical, decimal.getPrecision(), decimal.getScale());
            }
            case DATE -> when(physical == Type.INT32, DataType.DATE);
            case TIME -> {
                TimeType time = logical.getTIME();
                int digits = digits(time.getUnit());
                yield when(physical == (digits == 3 ? Type.INT32 : Type.INT64) && digits > 0, timeOf(digits));
            }
            case TIMESTAMP -> {
                TimestampType timestamp = logical.getTIMESTAMP();
                int digits = digits(timestamp.getUnit());
                if (physical != Type.INT64 || digits == 0) {
                    yield Optional.empty();
                }
                yield Optional.of(
                        timestamp.isIsAdjustedToUTC() ? DataType.instant(digits) : DataType.timestamp(digits));
            }
            case INTEGER -> {
                IntType integer = logical.getINTEGER();
                yield integer(physical, integer.getBitWidth(), integer.isIsSigned());
            }
            case UUID -> when(physical == Type.FIXED_LEN_BYTE_ARRAY && element.getType_length() == 16, DataType.GUID);
            case FLOAT16 ->
                when(physical == Type.FIXED_LEN_BYTE_ARRAY && element.getType_length() == 2, DataType.FLOAT32);
            case UNKNOWN, BSON, GEOMETRY, GEOGRAPHY -> Optional.of(plain(physical));
            case MAP, LIST, VARIANT -> Optional.empty();
        };
    }

    private static Optional<DataType> ofConverted(SchemaElement element, ConvertedType converted) {
        Type physical = element.getType();
        return switch (converted) {
            case UTF8, ENUM, JSON -> when(isBytes(physical), DataType.STRING);
            case DECIMAL -> decimal(physical, element.getPrecision(), element.getScale());
            case DATE -> when(physical == Type.INT32, DataType.DATE);
            case TIME_MILLIS -> when(physical == Type.INT32, DataType.time(3));
            case TIME_MICROS -> when(physical == Type.INT64, DataType.time(6));
            case TIMESTAMP_MILLIS -> when(physical == Type.INT64, DataType.instant(3));
            case TIMESTAMP_MICROS -> when(physical == Type.INT64, DataType.instant(6));
            case INT_8 -> integer(physical, 8, true);
            case INT_16 -> integer(physical, 16, true);
            case INT_32 -> integer(physical, 32, true);
            case INT_64 -> integer(physical, 64, true);
            case UINT_8 -> integer(physical, 8, false);
            case UINT_16 -> integer(physical, 16, false);
            case UINT_32 -> integer(physical, 32, false);
            case UINT_64 -> integer(physical, 64, false);
            case INTERVAL ->
                when(physical == Type.FIXED_LEN_BYTE_ARRAY && element.getType_length() == 12, DataType.duration(3));
            case BSON -> Optional.of(plain(physical));
            case MAP, MAP_KEY_VALUE, LIST -> Optional.empty();
        };
    }

    private static boolean isBytes(Type physical) {
        return physical == Type.BYTE_ARRAY || physical == Type.FIXED_LEN_BYTE_ARRAY;
    }

    private static Optional<DataType> when(boolean fits, DataType type) {
        return fits ? Optional.of(type) : Optional.empty();
    }

    private static DataType timeOf(int digits) {
        return DataType.time(digits == 0 ? 3 : digits);
    }

    /// Fractional digits of the unit, 0 for one that a later version may bring.
    private static int digits(@Nullable TimeUnit unit) {
        if (unit == null || unit.getSetField() == null) {
            return 0;
        }
        return switch (unit.getSetField()) {
            case MILLIS -> 3;
            case MICROS -> 6;
            case NANOS -> 9;
        };
    }

    private static Optional<DataType> integer(Type physical, int bits, boolean signed) {
        if (physical != (bits == 64 ? Type.INT64 : Type.INT32)) {
            return Optional.empty();
        }
        return switch (bits) {
            case 8 -> Optional.of(signed ? DataType.INT8 : DataType.UINT8);
            case 16 -> Optional.of(signed ? DataType.INT16 : DataType.UINT16);
            case 32 -> Optional.of(signed ? DataType.INT32 : DataType.UINT32);
            case 64 -> Optional.of(signed ? DataType.INT64 : DataType.UINT64);
            default -> Optional.empty();
        };
    }

    private static Optional<DataType> decimal(Type physical, int precision, int scale) {
        boolean fits = precision >= 1 && precision <= MOST_DIGITS && scale >= 0 && scale <= precision;
        boolean held = switch (physical) {
            case INT32, INT64 -> precision <= DataType.LONG_DIGITS;
            case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> true;
            case BOOLEAN, INT96, FLOAT, DOUBLE -> false;
        };
        return fits && held ? Optional.of(DataType.decimal(precision, scale)) : Optional.empty();
    }

    /// Whether a note in the footer may say more about a column of that type.
    static boolean mayMean(DataType type, Type physical, DataType noted) {
        return switch (noted.kind()) {
            case DURATION -> type.equals(DataType.INT64);
            case TIME -> type.equals(DataType.time(9));
            case INSTANT -> physical == Type.INT96;
            default -> false;
        };
    }
}
