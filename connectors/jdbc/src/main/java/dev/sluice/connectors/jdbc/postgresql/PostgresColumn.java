package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.relational.Ranges;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;

/// A column of a table or query and how it travels.
///
/// @param declared the type as SQL declares it, e.g. `bit(5)`
/// @param field name and type in batches
/// @param wire the binary form on the connection
/// @param readCast what the column is cast to for reading, e.g. `::text`; empty where it is read as it is
/// @param foreign whether the server must convert what is written from the wire's type to the column's
record PostgresColumn(String declared, Field field, WireType wire, String readCast, boolean foreign)
        implements Ranges.Column {
    /// Data Factory's Decimal for a numeric without precision: the most digits a batch holds, half on each side.
    private static final DataType UNCONSTRAINED = DataType.decimal(38, 18);

    /// @param type the type's short name (`int4`), of the base type for a domain
    /// @param declared the type as SQL declares it
    /// @param precision of a numeric; 0 without
    static PostgresColumn of(
            String name, String type, String declared, boolean isEnum, int precision, int scale, boolean nullable) {
        return switch (type) {
            case "bool" -> plain(name, declared, DataType.BOOLEAN, WireType.BOOL, nullable);
            case "int2" -> plain(name, declared, DataType.INT16, WireType.INT2, nullable);
            case "int4" -> plain(name, declared, DataType.INT32, WireType.INT4, nullable);
            case "int8" -> plain(name, declared, DataType.INT64, WireType.INT8, nullable);
            case "float4" -> plain(name, declared, DataType.FLOAT32, WireType.FLOAT4, nullable);
            case "float8" -> plain(name, declared, DataType.FLOAT64, WireType.FLOAT8, nullable);
            case "numeric" -> plain(name, declared, decimal(precision, scale), WireType.NUMERIC, nullable);
            case "date" -> plain(name, declared, DataType.DATE, WireType.DATE, nullable);
            case "time" -> plain(name, declared, DataType.time(6), WireType.TIME, nullable);
            case "timestamp" -> plain(name, declared, DataType.timestamp(6), WireType.TIMESTAMP, nullable);
            case "timestamptz" -> plain(name, declared, DataType.instant(6), WireType.TIMESTAMPTZ, nullable);
            case "uuid" -> plain(name, declared, DataType.GUID, WireType.UUID, nullable);
            case "bytea" -> plain(name, declared, DataType.BINARY, WireType.BYTEA, nullable);
            case "text", "varchar", "bpchar", "name", "json", "xml" ->
                plain(name, declared, DataType.STRING, WireType.TEXT, nullable);
            case "jsonb" -> plain(name, declared, DataType.STRING, WireType.JSONB, nullable);
            case "oid", "xid", "cid" -> cast(name, declared, DataType.INT64, WireType.INT8, "::text::int8", nullable);
            case "money" ->
                cast(name, declared, DataType.decimal(19, 2), WireType.NUMERIC, "::numeric::numeric(19,2)", nullable);
            default ->
                isEnum
                        ? plain(name, declared, DataType.STRING, WireType.TEXT, nullable)
                        : cast(name, declared, DataType.STRING, WireType.TEXT, "::text", nullable);
        };
    }

    private static PostgresColumn plain(String name, String type, DataType data, WireType wire, boolean nullable) {
        return new PostgresColumn(type, new Field(name, data, nullable), wire, "", false);
    }

    private static PostgresColumn cast(
            String name, String type, DataType data, WireType wire, String cast, boolean nullable) {
        return new PostgresColumn(type, new Field(name, data, nullable), wire, cast, true);
    }

    /// A declared `numeric(p,s)`, where PostgreSQL allows `s` below 0 and above `p`; without precision `p` is 0.
    private static DataType decimal(int precision, int scale) {
        if (precision == 0) {
            return UNCONSTRAINED;
        }
        int digits = scale < 0 ? precision - scale : Math.max(precision, scale);
        int after = Math.max(scale, 0);
        if (digits <= 38) {
            return DataType.decimal(digits, after);
        }
        return after <= 18 ? DataType.decimal(38, after) : UNCONSTRAINED;
    }

    @Override
    public String name() {
        return field.name();
    }

    @Override
    public DataType type() {
        return field.type();
    }

    boolean isUnconstrainedNumeric() {
        return wire == WireType.NUMERIC && type().precision() == 38;
    }
}
