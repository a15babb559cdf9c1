package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.diagnosis.Kind;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/// A real database of a test: made and read by plain JDBC, apart from the code under test.
public record Engine(
        TableConnector connector,
        String serviceType,
        String datasetType,
        Map<String, Object> service,
        Connect connect,
        Dialect dialect) {

    public interface Connect {
        Connection open() throws SQLException;
    }

    private static final AtomicInteger NAMES = new AtomicInteger();

    public static String name() {
        return "contract_" + NAMES.incrementAndGet();
    }

    public void sql(String... statements) throws SQLException {
        try (Connection c = connect.open();
                Statement s = c.createStatement()) {
            for (String text : statements) {
                s.execute(text);
            }
        }
    }

    /// All values of a query as text, columns joined by `|`.
    public List<String> rows(String query) throws SQLException {
        try (Connection c = connect.open();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery(query)) {
            List<String> all = new ArrayList<>();
            while (r.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
                    row.add(String.valueOf(r.getString(i)));
                }
                all.add(String.join("|", row));
            }
            return all;
        }
    }

    public void create(String table, Schema schema) throws SQLException {
        sql("CREATE TABLE " + dialect.quote(table) + " ("
                + schema.fields().stream()
                        .map(f -> dialect.quote(f.name()) + " " + dialect.declared(f.type())
                                + (f.nullable() ? "" : " NOT NULL"))
                        .collect(Collectors.joining(", "))
                + ")");
    }

    public void insert(String table, Schema schema, List<? extends List<?>> rows) throws SQLException {
        try (Connection c = connect.open();
                PreparedStatement s = c.prepareStatement("INSERT INTO " + dialect.quote(table) + " VALUES ("
                        + String.join(", ", Collections.nCopies(schema.size(), "?")) + ")")) {
            c.setAutoCommit(false);
            for (List<?> row : rows) {
                for (int i = 0; i < row.size(); i++) {
                    set(s, i + 1, row.get(i), schema.field(i).type());
                }
                s.addBatch();
            }
            if (!rows.isEmpty()) {
                s.executeBatch();
            }
            c.commit();
        }
    }

    private void set(PreparedStatement s, int i, Object value, DataType type) throws SQLException {
        Object given = switch (value) {
            case null -> null;
            case ByteBuffer b -> b.array();
            case Instant t -> t.atOffset(ZoneOffset.UTC);
            case UUID u when !dialect.declared(DataType.GUID).equals("UUID") -> u.toString();
            default -> value;
        };
        if (given == null) {
            s.setObject(i, null);
        } else {
            dialect.bind(s, i, given, type);
        }
    }

    public List<List<Object>> content(String table, Schema schema) throws SQLException {
        List<List<Object>> rows = new ArrayList<>();
        String columns = schema.names().stream().map(dialect::quote).collect(Collectors.joining(", "));
        try (Connection c = connect.open();
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT " + columns + " FROM " + dialect.quote(table))) {
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

    private Object value(ResultSet r, int i, DataType type) throws SQLException {
        if (dialect.name().equals("SQLite")) {
            return sqlite(r, i, type);
        }
        return switch (type.kind()) {
            case BOOLEAN -> r.getBoolean(i);
            case INT8, UINT8, INT16, UINT16, INT32 -> r.getInt(i);
            case UINT32, INT64 -> r.getLong(i);
            case FLOAT32 -> r.getFloat(i);
            case FLOAT64 -> r.getDouble(i);
            case UINT64 -> {
                BigDecimal d = r.getBigDecimal(i);
                yield d == null ? null : d.toBigIntegerExact();
            }
            case DECIMAL -> {
                BigDecimal d = r.getBigDecimal(i);
                yield d == null ? null : d.setScale(type.scale());
            }
            case DATE -> r.getObject(i, LocalDate.class);
            case TIME -> r.getObject(i, LocalTime.class);
            case TIMESTAMP -> r.getObject(i, LocalDateTime.class);
            case INSTANT -> {
                java.time.OffsetDateTime t = r.getObject(i, java.time.OffsetDateTime.class);
                yield t == null ? null : t.toInstant();
            }
            case BINARY -> {
                byte[] b = r.getBytes(i);
                yield b == null ? null : ByteBuffer.wrap(b);
            }
            case GUID -> {
                String s = r.getString(i);
                yield s == null ? null : UUID.fromString(s);
            }
            case STRING, DURATION -> r.getString(i);
        };
    }

    /// SQLite's driver has no values of these types.
    private static Object sqlite(ResultSet r, int i, DataType type) throws SQLException {
        String s = r.getString(i);
        if (s == null) {
            return null;
        }
        return switch (type.kind()) {
            case BOOLEAN -> r.getBoolean(i);
            case INT8, INT16, INT32 -> r.getInt(i);
            case INT64 -> r.getLong(i);
            case FLOAT64 -> r.getDouble(i);
            case DECIMAL -> new BigDecimal(s).setScale(type.scale());
            case DATE -> LocalDate.parse(s);
            case TIMESTAMP -> LocalDateTime.parse(s.replace(' ', 'T'));
            case BINARY -> ByteBuffer.wrap(r.getBytes(i));
            case GUID -> UUID.fromString(s);
            default -> s;
        };
    }

    public Endpoint endpoint(Kind side, String table, Map<String, Object> activity) {
        return endpoint(side, service, table, activity);
    }

    public Endpoint endpoint(Kind side, Map<String, Object> members, String table, Map<String, Object> activity) {
        return new Endpoint(
                side,
                "Shop",
                serviceType,
                new Settings("/properties/typeProperties", members),
                "Table",
                datasetType,
                new Settings("/properties/typeProperties", table.isEmpty() ? Map.of() : Map.of("tableName", table)),
                new Settings("/typeProperties/" + (side == Kind.SOURCE ? "source" : "sink"), activity));
    }

    public Endpoint source(String table, Map<String, Object> activity) {
        return endpoint(Kind.SOURCE, table, activity);
    }

    public Endpoint sink(String table, Map<String, Object> activity) {
        return endpoint(Kind.SINK, table, activity);
    }
}
