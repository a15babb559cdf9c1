package dev.sluice.connectors.jdbc.relational;

import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Locale;

/// What a driver tells about a column.
///
/// @param typeName the database's name of the type, upper case
/// @param jdbcType a constant of [java.sql.Types] or of the driver
/// @param precision digits or characters; 0 when unknown
public record ColumnMetadata(
        String name, String typeName, int jdbcType, int precision, int scale, boolean signed, boolean nullable) {

    static ColumnMetadata of(ResultSetMetaData m, int column) throws SQLException {
        String type = m.getColumnTypeName(column);
        return new ColumnMetadata(
                m.getColumnLabel(column),
                type == null ? "" : type.toUpperCase(Locale.ROOT),
                m.getColumnType(column),
                m.getPrecision(column),
                m.getScale(column),
                m.isSigned(column),
                m.isNullable(column) != ResultSetMetaData.columnNoNulls);
    }
}
