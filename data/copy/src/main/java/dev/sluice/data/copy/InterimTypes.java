package dev.sluice.data.copy;

import dev.sluice.data.batch.DataType;
import java.util.Locale;
import java.util.Optional;

/// Data Factory's interim type names, as mappings give them, to column types.
final class InterimTypes {
    private static final int DECIMAL_PRECISION = 38;
    private static final int DECIMAL_SCALE = 18;
    private static final int TICKS = 7;
    private static final int MICROSECONDS = 6;

    private InterimTypes() {}

    /// The type of that name; empty for the native names of a store (`varchar`, `UTF8`), which say nothing here.
    ///
    /// @param actual the type the source has: kept where it is already of that name, for its precision and unit
    static Optional<DataType> of(String name, DataType actual) {
        if (actual.interimName().equalsIgnoreCase(name)) {
            return Optional.of(actual);
        }
        return Optional.ofNullable(
                switch (name.toLowerCase(Locale.ROOT)) {
                    case "boolean" -> DataType.BOOLEAN;
                    case "sbyte" -> DataType.INT8;
                    case "byte" -> DataType.UINT8;
                    case "int16", "short" -> DataType.INT16;
                    case "uint16" -> DataType.UINT16;
                    case "int32" -> DataType.INT32;
                    case "uint32" -> DataType.UINT32;
                    case "int64", "long" -> DataType.INT64;
                    case "uint64" -> DataType.UINT64;
                    case "single" -> DataType.FLOAT32;
                    case "double" -> DataType.FLOAT64;
                    case "decimal" -> DataType.decimal(DECIMAL_PRECISION, scale(actual));
                    case "datetime" -> DataType.timestamp(unit(actual));
                    case "datetimeoffset" -> DataType.instant(unit(actual));
                    case "date" -> DataType.DATE;
                    case "timespan" -> DataType.duration(unit(actual));
                    case "string" -> DataType.STRING;
                    case "byte[]" -> DataType.BINARY;
                    case "guid" -> DataType.GUID;
                    default -> null;
                });
    }

    private static int scale(DataType actual) {
        return switch (actual.kind()) {
            case DECIMAL -> actual.scale();
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, BOOLEAN -> 0;
            default -> DECIMAL_SCALE;
        };
    }

    private static int unit(DataType actual) {
        return switch (actual.kind()) {
            case TIME, TIMESTAMP, INSTANT, DURATION -> actual.scale();
            case STRING -> TICKS;
            default -> MICROSECONDS;
        };
    }
}
