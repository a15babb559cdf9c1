package dev.sluice.formats.columnar.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// DuckDB as the other party: it shares no line of code with ours.
final class DuckDb implements AutoCloseable {
    private final Connection connection;

    DuckDb() throws SQLException {
        connection = DriverManager.getConnection("jdbc:duckdb:");
        run("set threads = 1");
        run("set timezone = 'UTC'");
    }

    void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// The first column, as text.
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

    long number(String sql) throws SQLException {
        return Long.parseLong(String.valueOf(texts(sql).getFirst()));
    }

    /// A column's values in a form that [#comparable] gives too; whole microseconds where DuckDB knows nothing finer.
    List<@Nullable Object> column(String from, String name, DataType type) throws SQLException {
        String column = '"' + name + '"';
        String expression = switch (type.kind()) {
            case BINARY -> "hex(" + column + ")";
            default -> column + "::varchar";
        };
        List<@Nullable Object> values = new ArrayList<>();
        for (String text : texts("select " + expression + " from " + from)) {
            values.add(text == null ? null : parse(type, text));
        }
        return values;
    }

    private static Object parse(DataType type, String text) {
        return switch (type.kind()) {
            case FLOAT32 -> Float.parseFloat(text);
            case FLOAT64 -> Double.parseDouble(text);
            case DECIMAL -> new BigDecimal(text);
            case TIME -> LocalTime.parse(text).truncatedTo(ChronoUnit.MICROS);
            case TIMESTAMP, INSTANT ->
                LocalDateTime.parse(text.replace("+00", "").replace(' ', 'T')).truncatedTo(ChronoUnit.MICROS);
            default -> text;
        };
    }

    /// A value of [dev.sluice.data.testkit.Rows] as [#column] gives it.
    static @Nullable Object comparable(DataType type, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case LocalDate d -> d.toString();
            case LocalTime t -> t.truncatedTo(ChronoUnit.MICROS);
            case LocalDateTime t -> t.truncatedTo(ChronoUnit.MICROS);
            case Instant t -> LocalDateTime.ofInstant(t, ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
            case Duration d -> units(d, type);
            case ByteBuffer b ->
                HexFormat.of().withUpperCase().formatHex(b.array(), b.arrayOffset(), b.arrayOffset() + b.limit());
            case UUID u -> u.toString();
            case Float f -> f;
            case Double d -> d;
            case BigDecimal d -> d;
            default -> value.toString();
        };
    }

    private static String units(Duration d, DataType type) {
        BigInteger nanos = BigInteger.valueOf(d.getSeconds())
                .multiply(BigInteger.valueOf(1_000_000_000))
                .add(BigInteger.valueOf(d.getNano()));
        return nanos.divide(BigInteger.valueOf(1_000_000_000 / type.unitsPerSecond()))
                .toString();
    }

    /// Compares lists and tells the first difference only.
    static void assertSame(String what, List<@Nullable Object> actual, List<@Nullable Object> expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i)).as(what + ", row " + (i + 1)).isEqualTo(expected.get(i));
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
