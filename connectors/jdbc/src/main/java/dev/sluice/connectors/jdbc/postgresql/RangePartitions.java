package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.data.batch.DataType.Kind;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `partitionOption: DynamicRange`: equal strides of a column between two bounds. Bounds only set the strides: the
/// first
/// range takes everything below and null, the last everything above. A query may say where the condition goes, with
/// Data Factory's markers; otherwise it is put around the query.
record RangePartitions(
        Endpoint endpoint,
        ReadOptions options,
        PostgresSession session,
        List<PostgresColumn> columns,
        Supplier<String> fromAll) {

    private static final String CONDITION = "?AdfDynamicRangePartitionCondition";
    private static final String COLUMN = "?AdfRangePartitionColumnName";
    private static final String UPPER = "?AdfRangePartitionUpbound";
    private static final String LOWER = "?AdfRangePartitionLowbound";

    /// The query with its markers replaced so that it gives all rows, as far as [#isWhole] says.
    static String neutral(ReadOptions options) {
        String column = options.column().map(TableName::quote).orElse("NULL");
        return conditionless(options)
                .replace(COLUMN, column)
                .replace(LOWER, "NULL")
                .replace(UPPER, "NULL");
    }

    /// Whether [#neutral] gives all rows and not just the right columns.
    static boolean isWhole(ReadOptions options) {
        String text = conditionless(options);
        return !text.contains(LOWER) && !text.contains(UPPER);
    }

    private static String conditionless(ReadOptions options) {
        return options.query()
                .orElseThrow()
                .replace(CONDITION, "TRUE")
                .replace(COLUMN + " >= " + LOWER, "TRUE")
                .replace(COLUMN + " <= " + UPPER, "TRUE");
    }

    /// A query as a relation whose columns are called c0, c1, … since its own names may repeat.
    static String asRelation(String query, int columns) {
        String names = IntStream.range(0, columns).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        return "(" + query + "\n) AS q(" + names + ")";
    }

    List<PostgresSplit> splits(int wanted) {
        PostgresColumn column = column();
        if (options.query().isPresent()
                && !isWhole(options)
                && (options.lower().isEmpty() || options.upper().isEmpty())) {
            throw endpoint.activity()
                    .section("partitionSettings")
                    .missing(options.lower().isEmpty() ? "partitionLowerBound" : "partitionUpperBound");
        }
        Optional<long[]> bounds = bounds(column);
        if (bounds.isEmpty() || wanted == 1 && !marked()) {
            return List.of(new PostgresSplit("all " + column.name(), fromAll.get()));
        }
        return ranges(column, bounds.get()[0], bounds.get()[1], wanted);
    }

    private List<PostgresSplit> ranges(PostgresColumn column, long lower, long upper, int wanted) {
        BigInteger start = BigInteger.valueOf(lower);
        BigInteger span = BigInteger.valueOf(upper).subtract(start).max(BigInteger.ZERO);
        long pieces = span.min(BigInteger.valueOf(wanted)).max(BigInteger.ONE).longValueExact();
        List<PostgresSplit> splits = new ArrayList<>();
        long from = lower;
        for (long i = 0; i < pieces; i++) {
            BigInteger reach = span.multiply(BigInteger.valueOf(i + 1)).divide(BigInteger.valueOf(pieces));
            long to = i == pieces - 1 ? upper : start.add(reach).longValueExact();
            splits.add(piece(column, from, to, i == 0, i == pieces - 1));
            from = to + 1;
        }
        return splits;
    }

    /// The rows from one value to another, both included.
    private PostgresSplit piece(PostgresColumn column, long from, long to, boolean first, boolean last) {
        String low = literal(column, from);
        String high = literal(column, to);
        String description = column.name() + (first ? "" : " >= " + low) + (last ? "" : " <= " + high);
        String query = options.query().orElse("");
        if (marked()) {
            String own = TableName.quote(column.name());
            String text = query.replace(CONDITION, condition(own, low, high, first, last))
                    .replace(COLUMN, own)
                    .replace(LOWER, low)
                    .replace(UPPER, high);
            return new PostgresSplit(description, asRelation(text, columns.size()));
        }
        String name = query.isEmpty() ? TableName.quote(column.name()) : "c" + columns.indexOf(column);
        return new PostgresSplit(description, fromAll.get() + " WHERE " + condition(name, low, high, first, last));
    }

    private static String condition(String column, String low, String high, boolean first, boolean last) {
        if (first && last) {
            return "TRUE";
        }
        if (first) {
            return "(" + column + " <= " + high + " OR " + column + " IS NULL)";
        }
        return last ? column + " >= " + low : column + " BETWEEN " + low + " AND " + high;
    }

    private boolean marked() {
        return options.query()
                .filter(q -> q.contains(CONDITION) || q.contains(LOWER) || q.contains(UPPER))
                .isPresent();
    }

    private PostgresColumn column() {
        Settings settings = endpoint.activity().section("partitionSettings");
        String name = options.column().orElseThrow(() -> settings.missing("partitionColumnName"));
        PostgresColumn column = columns.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> DataFaults.COLUMN_MISSING
                        .problem()
                        .at(settings.pointer() + "/partitionColumnName")
                        .evidence("column", name)
                        .evidence("object", options.query().isPresent() ? "query" : "table")
                        .evidence(
                                "columns",
                                columns.stream().map(PostgresColumn::name).collect(Collectors.joining(", ")))
                        .exception());
        return switch (column.type().kind()) {
            case INT16, INT32, INT64, DATE, TIMESTAMP, INSTANT -> column;
            case DECIMAL,
                    FLOAT32,
                    FLOAT64,
                    STRING,
                    BINARY,
                    GUID,
                    BOOLEAN,
                    INT8,
                    UINT8,
                    UINT16,
                    UINT32,
                    UINT64,
                    TIME,
                    DURATION ->
                throw settings.wrong("partitionColumnName", name, "a column of whole numbers, dates or timestamps");
        };
    }

    /// Both ends of the strides; empty when the column holds nothing.
    private Optional<long[]> bounds(PostgresColumn column) {
        if (options.lower().isPresent() && options.upper().isPresent()) {
            return Optional.of(new long[] {
                parsed(column, options.lower().get(), "partitionLowerBound"),
                parsed(column, options.upper().get(), "partitionUpperBound")
            });
        }
        String name = options.query().isEmpty() ? TableName.quote(column.name()) : "c" + columns.indexOf(column);
        String value = switch (column.type().kind()) {
            case DATE -> "(%s(c) - date '1970-01-01')::int8";
            case TIMESTAMP -> "(extract(epoch from %s(c)) * 1000000)::int8";
            case INSTANT -> "(extract(epoch from %s(c)) * 1000000)::int8";
            default -> "%s(c)::int8";
        };
        String finite = switch (column.type().kind()) {
            case DATE, TIMESTAMP, INSTANT -> " WHERE isfinite(" + name + ")";
            default -> "";
        };
        return session.queryText(
                "SELECT " + value.formatted("min") + ", " + value.formatted("max") + " FROM (SELECT " + name
                        + " AS c FROM " + fromAll.get() + finite + ") AS b",
                new Statement("partition bounds of " + column.name(), "read"),
                r -> {
                    r.next();
                    long low = r.getLong(1);
                    boolean none = r.wasNull();
                    return none ? Optional.empty() : Optional.of(new long[] {low, r.getLong(2)});
                });
    }

    private long parsed(PostgresColumn column, String text, String member) {
        try {
            return switch (column.type().kind()) {
                case DATE ->
                    LocalDate.parse(text.strip()
                                    .substring(0, Math.min(10, text.strip().length())))
                            .toEpochDay();
                case TIMESTAMP, INSTANT -> micros(text.strip());
                default -> Long.parseLong(text.strip());
            };
        } catch (DateTimeParseException | NumberFormatException e) {
            throw endpoint.activity()
                    .section("partitionSettings")
                    .wrong(member, text, "a value of the column's type " + column.declared());
        }
    }

    private static long micros(String text) {
        String iso = text.replace(' ', 'T');
        if (iso.length() == 10) {
            iso += "T00:00:00";
        }
        boolean zoned = iso.endsWith("Z") || iso.lastIndexOf('+') > 10 || iso.lastIndexOf('-') > 10;
        OffsetDateTime time =
                zoned ? OffsetDateTime.parse(iso) : LocalDateTime.parse(iso).atOffset(ZoneOffset.UTC);
        return ChronoUnit.MICROS.between(OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC), time);
    }

    private static String literal(PostgresColumn column, long value) {
        Kind kind = column.type().kind();
        if (kind == Kind.DATE) {
            return "(date '1970-01-01' + " + value + ")";
        }
        if (kind == Kind.TIMESTAMP || kind == Kind.INSTANT) {
            LocalDateTime t = LocalDateTime.ofEpochSecond(
                    Math.floorDiv(value, 1_000_000L), Math.floorMod(value, 1_000_000) * 1_000, ZoneOffset.UTC);
            boolean zoned = kind == Kind.INSTANT;
            return "%s '%04d-%02d-%02d %02d:%02d:%02d.%06d%s%s'"
                    .formatted(
                            zoned ? "timestamptz" : "timestamp",
                            t.get(ChronoField.YEAR_OF_ERA),
                            t.getMonthValue(),
                            t.getDayOfMonth(),
                            t.getHour(),
                            t.getMinute(),
                            t.getSecond(),
                            t.getNano() / 1_000,
                            zoned ? "+00" : "",
                            t.getYear() < 1 ? " BC" : "");
        }
        return value < 0 ? "(" + value + ")" : Long.toString(value);
    }
}
