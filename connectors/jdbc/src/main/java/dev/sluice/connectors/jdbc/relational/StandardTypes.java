package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.DataType;
import java.sql.Types;

/// The column types of JDBC, and what SQL's standard calls the types of batches.
public final class StandardTypes {
    private static final int MOST_DIGITS = 38;

    /// For a number without a declared precision: the most digits, half on each side.
    private static final DataType UNCONSTRAINED = DataType.decimal(38, 18);

    private StandardTypes() {}

    /// The type in batches of a column; what has no counterpart travels as text.
    public static DataType of(ColumnMetadata m) {
        if (isUuid(m.typeName())) {
            return DataType.GUID;
        }
        return switch (m.jdbcType()) {
            case Types.BIT, Types.BOOLEAN -> DataType.BOOLEAN;
            case Types.TINYINT -> m.signed() ? DataType.INT8 : DataType.UINT8;
            case Types.SMALLINT -> m.signed() ? DataType.INT16 : DataType.UINT16;
            case Types.INTEGER -> m.signed() ? DataType.INT32 : DataType.UINT32;
            case Types.BIGINT -> m.signed() ? DataType.INT64 : DataType.UINT64;
            case Types.REAL -> DataType.FLOAT32;
            case Types.FLOAT, Types.DOUBLE -> DataType.FLOAT64;
            case Types.DECIMAL, Types.NUMERIC -> decimal(m.precision(), m.scale());
            case Types.DATE -> DataType.DATE;
            case Types.TIME -> DataType.time(unit(m.scale()));
            case Types.TIMESTAMP -> DataType.timestamp(unit(m.scale()));
            case Types.TIMESTAMP_WITH_TIMEZONE -> DataType.instant(unit(m.scale()));
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> DataType.BINARY;
            default -> DataType.STRING;
        };
    }

    private static boolean isUuid(String typeName) {
        return typeName.equals("UUID") || typeName.equals("UNIQUEIDENTIFIER");
    }

    /// A declared `DECIMAL(p,s)`; databases allow `s` below 0 and above `p`, and more digits than a batch holds.
    public static DataType decimal(int precision, int scale) {
        if (precision <= 0) {
            return UNCONSTRAINED;
        }
        int digits = scale < 0 ? precision - scale : Math.max(precision, scale);
        int after = Math.max(scale, 0);
        if (digits <= MOST_DIGITS) {
            return DataType.decimal(digits, after);
        }
        return after <= MOST_DIGITS / 2 ? DataType.decimal(MOST_DIGITS, after) : UNCONSTRAINED;
    }

    /// The unit that holds that many fractional digits; microseconds unless finer ones are declared.
    static int unit(int digits) {
        return digits <= 6 ? 6 : digits == 7 ? 7 : 9;
    }

    /// The type to declare for a column that takes values of that type, in standard SQL.
    public static String declared(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "BOOLEAN";
            case INT8, UINT8, INT16 -> "SMALLINT";
            case UINT16, INT32 -> "INTEGER";
            case UINT32, INT64 -> "BIGINT";
            case UINT64 -> "DECIMAL(20,0)";
            case FLOAT32 -> "REAL";
            case FLOAT64 -> "DOUBLE PRECISION";
            case DECIMAL -> "DECIMAL(" + type.precision() + "," + type.scale() + ")";
            case DATE -> "DATE";
            case TIME -> "TIME(" + digits(type) + ")";
            case TIMESTAMP -> "TIMESTAMP(" + digits(type) + ")";
            case INSTANT -> "TIMESTAMP(" + digits(type) + ") WITH TIME ZONE";
            case DURATION -> "VARCHAR(40)";
            case STRING -> "VARCHAR(1000000)";
            case BINARY -> "VARBINARY(1000000)";
            case GUID -> "CHAR(36)";
        };
    }

    private static int digits(DataType type) {
        return type.scale();
    }
}
