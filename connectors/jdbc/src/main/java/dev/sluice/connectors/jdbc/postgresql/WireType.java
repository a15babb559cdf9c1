package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.batch.DataType;

/// The types whose binary form (`typsend`/`typreceive`) is spoken here.
enum WireType {
    BOOL,
    INT2,
    INT4,
    INT8,
    FLOAT4,
    FLOAT8,
    NUMERIC,
    DATE,
    TIME,
    TIMESTAMP,
    TIMESTAMPTZ,
    INTERVAL,
    UUID,
    BYTEA,
    /// UTF-8 as it stands: text and its kin, json, xml, enums.
    TEXT,
    /// UTF-8 behind one byte of version.
    JSONB;

    /// The type to declare for a column that takes values of that type when a table is created.
    static String declaredFor(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "boolean";
            case INT8, UINT8, INT16 -> "smallint";
            case UINT16, INT32 -> "integer";
            case UINT32, INT64 -> "bigint";
            case UINT64 -> "numeric(20,0)";
            case FLOAT32 -> "real";
            case FLOAT64 -> "double precision";
            case DECIMAL -> "numeric(" + type.precision() + "," + type.scale() + ")";
            case DATE -> "date";
            case TIME -> "time";
            case TIMESTAMP -> "timestamp";
            case INSTANT -> "timestamptz";
            case DURATION -> "interval";
            case STRING -> "text";
            case BINARY -> "bytea";
            case GUID -> "uuid";
        };
    }
}
