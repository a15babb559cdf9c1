package dev.sluice.data.stores;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.testkit.Rows;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// DuckDB as the independent engine: values are compared in the texts that it makes of its own types.
final class DuckEngine implements AutoCloseable {
    private final Connection connection;

    DuckEngine() throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        run("set threads = 1");
        run("set timezone = 'UTC'");
    }

    /// The type of DuckDB that holds every value; empty where it has none.
    static Optional<String> type(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> Optional.of("BOOLEAN");
            case INT8 -> Optional.of("TINYINT");
            case UINT8 -> Optional.of("UTINYINT");
            case INT16 -> Optional.of("SMALLINT");
            case UINT16 -> Optional.of("USMALLINT");
            case INT32 -> Optional.of("INTEGER");
            case UINT32 -> Optional.of("UINTEGER");
            case INT64 -> Optional.of("BIGINT");
            case UINT64 -> Optional.of("UBIGINT");
            case FLOAT32 -> Optional.of("FLOAT");
            case FLOAT64 -> Optional.of("DOUBLE");
            case DECIMAL -> Optional.of("DECIMAL(" + type.precision() + "," + type.scale() + ")");
            case DATE -> Optional.of("DATE");
            case TIME -> type.scale() <= 6 ? Optional.of("TIME") : Optional.empty();
            case TIMESTAMP ->
                switch (type.scale()) {
                    case 3, 6 -> Optional.of("TIMESTAMP");
                    case 9 -> Optional.of("TIMESTAMP_NS");
                    default -> Optional.empty();
                };
            case INSTANT -> type.scale() <= 6 ? Optional.of("TIMESTAMPTZ") : Optional.empty();
            case DURATION -> Optional.empty();
            case STRING -> Optional.of("VARCHAR");
            case BINARY -> Optional.of("BLOB");
            case GUID -> Optional.of("UUID");
        };
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    List<@Nullable String> texts(String sql) throws SQLException {
        List<@Nullable String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                values.add(result.getString(1));
            }
        }
        return values;
    }

    /// Makes the table `given` of these values, in order.
    void give(DataType type, List<@Nullable Object> values) throws SQLException {
        String sql = type(type).orElseThrow();
        run("create or replace table given (n integer, c " + sql + ")");
        String value = type.kind() == DataType.Kind.BINARY ? "unhex(?)" : "?::varchar::" + sql;
        try (PreparedStatement insert = connection.prepareStatement("insert into given values (?, " + value + ")")) {
            int n = 0;
            for (Object each : values) {
                insert.setInt(1, n++);
                insert.setString(2, each == null ? null : text(type, each));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static String text(DataType type, Object value) {
        if (value instanceof ByteBuffer b && type.kind() == DataType.Kind.BINARY) {
            return HexFormat.of().formatHex(b.array(), b.arrayOffset(), b.arrayOffset() + b.limit());
        }
        String text = Rows.text(type, value);
        // DuckDB wants an offset right behind the time.
        return type.kind() == DataType.Kind.INSTANT ? text.replace(" +", "+").replace(" -", "-") : text;
    }

    /// What DuckDB calls these values, when it takes their texts for values of that type.
    List<@Nullable String> named(DataType as, DataType type, List<@Nullable Object> values) throws SQLException {
        List<@Nullable String> names = new ArrayList<>();
        String sql = type(as).orElseThrow();
        String form = as.kind() == DataType.Kind.BINARY ? "hex(unhex(?))" : "?::varchar::" + sql + "::varchar";
        try (PreparedStatement select = connection.prepareStatement("select " + form)) {
            for (Object each : values) {
                select.setString(1, each == null ? null : text(type, each));
                try (ResultSet result = select.executeQuery()) {
                    result.next();
                    names.add(result.getString(1));
                }
            }
        }
        return names;
    }

    /// Column `c` of what a query reads, in the texts of that type.
    List<@Nullable String> column(DataType as, String from) throws SQLException {
        String form = as.kind() == DataType.Kind.BINARY ? "hex(c)" : "c::" + type(as).orElseThrow() + "::varchar";
        return texts("select " + form + " from " + from);
    }

    /// Writes the table `given`.
    void copy(Path file, String format) throws SQLException {
        run("copy (select c from given order by n) to '" + file + "' (format " + format + ")");
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
