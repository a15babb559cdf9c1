package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// Tables for the contract tests, made and read by plain JDBC.
final class Tables {
    /// Types that PostgreSQL has as they are.
    static final List<DataType> TYPES = List.of(
            DataType.BOOLEAN,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.decimal(1, 0),
            DataType.decimal(9, 2),
            DataType.decimal(18, 0),
            DataType.decimal(18, 18),
            DataType.decimal(19, 4),
            DataType.decimal(38, 0),
            DataType.decimal(38, 20),
            DataType.decimal(38, 38),
            DataType.DATE,
            DataType.time(6),
            DataType.timestamp(6),
            DataType.instant(6),
            DataType.STRING,
            DataType.BINARY,
            DataType.GUID);

    private static final AtomicInteger NAMES = new AtomicInteger();

    private Tables() {}

    static String name() {
        return "contract_" + NAMES.incrementAndGet();
    }

    static void create(String name, Schema schema) throws SQLException {
        Database.sql("CREATE TABLE " + name + " ("
                + schema.fields().stream()
                        .map(f -> f.name() + " " + WireType.declaredFor(f.type()) + (f.nullable() ? "" : " NOT NULL"))
                        .collect(Collectors.joining(", "))
                + ")");
    }

    static void insert(String name, List<? extends List<?>> rows) throws SQLException {
        for (int from = 0; from < rows.size(); from += 500) {
            Database.sql("INSERT INTO " + name + " VALUES "
                    + rows.subList(from, Math.min(rows.size(), from + 500)).stream()
                            .map(r -> r.stream().map(Tables::literal).collect(Collectors.joining(",", "(", ")")))
                            .collect(Collectors.joining(",")));
        }
    }

    private static String literal(Object value) {
        return switch (value) {
            case null -> "NULL";
            case ByteBuffer b -> "'\\x" + HexFormat.of().formatHex(b.array()) + "'";
            case BigDecimal d -> "'" + d.toPlainString() + "'";
            default -> "'" + value.toString().replace("'", "''") + "'";
        };
    }

    static List<List<Object>> content(String name, Schema schema) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        String columns = schema.names().stream().map(TableName::quote).collect(Collectors.joining(", "));
        try (Connection c = Database.connect();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT " + columns + " FROM " + name)) {
            while (r.next()) {
                List<Object> row = new ArrayList<>();
                for (int i = 0; i < schema.size(); i++) {
                    Object value = value(r, i + 1, schema.field(i).type());
                    row.add(r.wasNull() ? null : value);
                }
                rows.add(row);
            }
        }
        return rows;
    }

    private static Object value(ResultSet r, int i, DataType type) throws SQLException {
        return switch (type.kind()) {
            case BOOLEAN -> r.getBoolean(i);
            case INT8, UINT8, INT16, UINT16, INT32 -> r.getInt(i);
            case UINT32, INT64 -> r.getLong(i);
            case FLOAT32 -> r.getFloat(i);
            case FLOAT64 -> r.getDouble(i);
            case DECIMAL, UINT64 -> r.getBigDecimal(i);
            case DATE -> r.getObject(i, LocalDate.class);
            case TIME -> r.getObject(i, LocalTime.class);
            case TIMESTAMP -> r.getObject(i, LocalDateTime.class);
            case INSTANT -> {
                OffsetDateTime t = r.getObject(i, OffsetDateTime.class);
                yield t == null ? null : t.toInstant();
            }
            case BINARY -> {
                byte[] b = r.getBytes(i);
                yield b == null ? null : ByteBuffer.wrap(b);
            }
            case GUID -> r.getObject(i, UUID.class);
            case STRING, DURATION -> r.getString(i);
        };
    }
}
