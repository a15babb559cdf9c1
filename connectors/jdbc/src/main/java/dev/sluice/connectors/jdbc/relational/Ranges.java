package dev.sluice.connectors.jdbc.relational;

import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.data.batch.DataType.Kind;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `partitionOption: DynamicRange`: equal strides of a column between two bounds, which are asked for when they are not
/// given. Bounds only set the strides: the first range takes everything below and null, the last everything above. A
/// query may say where the condition goes, with Data Factory's markers; otherwise it is put around the query.
record Ranges(
        Endpoint endpoint,
        ReadOptions options,
        Session session,
        @Nullable TableName table,
        List<RelationalColumn> columns) {

    private static final List<String> CONDITIONS =
            List.of("?AdfDynamicRangePartitionCondition", "?DfDynamicRangePartitionCondition");
    private static final String COLUMN = "?AdfRangePartitionColumnName";
    private static final String UPPER = "?AdfRangePartitionUpbound";
    private static final String LOWER = "?AdfRangePartitionLowbound";

    /// The query with its markers replaced so that it gives all rows, as far as [#isWhole] says.
    static String neutral(ReadOptions options, Dialect dialect) {
        return conditionless(options)
                .replace(COLUMN, options.column().map(dialect::quote).orElse("NULL"))
                .replace(LOWER, "NULL")
                .replace(UPPER, "NULL");
    }

    /// Whether [#neutral] gives all rows and not just the right columns.
    static boolean isWhole(ReadOptions options) {
        String text = conditionless(options);
        return !text.contains(LOWER) && !text.contains(UPPER);
    }

    private static String conditionless(ReadOptions options) {
        String text = options.query().orElseThrow();
        for (String condition : CONDITIONS) {
            text = text.replace(condition, "1 = 1");
        }
        return text.replace(COLUMN + " >= " + LOWER, "1 = 1").replace(COLUMN + " <= " + UPPER, "1 = 1");
    }

    List<RelationalSplit> splits(int wanted) {
        RelationalColumn column = column();
        if (options.query().isPresent()
                && !isWhole(options)
                && (options.lower().isEmpty() || options.upper().isEmpty())) {
            throw endpoint.activity()
                    .section("partitionSettings")
                    .missing(options.lower().isEmpty() ? "partitionLowerBound" : "partitionUpperBound");
        }
        Optional<long[]> bounds = bounds(column);
        if (bounds.isEmpty() || wanted == 1 && !marked()) {
            return List.of(all());
        }
        return ranges(column, bounds.get()[0], bounds.get()[1], wanted);
    }

    private RelationalSplit all() {
        return table == null
                ? new RelationalSplit("query", "", neutral(options, session.dialect()))
                : new RelationalSplit(table.toString(), table.sql(session.dialect()), "");
    }

    private List<RelationalSplit> ranges(RelationalColumn column, long lower, long upper, int wanted) {
        BigInteger start = BigInteger.valueOf(lower);
        BigInteger span = BigInteger.valueOf(upper).subtract(start).max(BigInteger.ZERO);
        long pieces = span.min(BigInteger.valueOf(wanted)).max(BigInteger.ONE).longValueExact();
        List<RelationalSplit> splits = new ArrayList<>();
        long from = lower;
        for (long i = 0; i < pieces; i++) {
            BigInteger reach = span.multiply(BigInteger.valueOf(i + 1)).divide(BigInteger.valueOf(pieces));
            long to = i == pieces - 1 ? upper : start.add(reach).longValueExact();
            splits.add(piece(column, from, to, i == 0, i == pieces - 1));
            from = to + 1;
        }
        return splits;
    }

    /// The rows from one value to another, both included; between them nothing lies, since all count whole units.
    private RelationalSplit piece(RelationalColumn column, long from, long to, boolean first, boolean last) {
        String low = literal(column, from);
        String high = literal(column, to);
        String next = last ? high : literal(column, to + 1);
        String own = session.dialect().quote(column.name());
        String description = column.name() + (first ? "" : " >= " + low) + (last ? "" : " < " + next);
        String condition = condition(own, low, next, first, last);
        if (table != null) {
            return new RelationalSplit(description, table.sql(session.dialect()) + " WHERE " + condition, "");
        }
        String query = options.query().orElseThrow();
        if (marked()) {
            for (String marker : CONDITIONS) {
                query = query.replace(marker, condition);
            }
            query = query.replace(COLUMN, own).replace(LOWER, low).replace(UPPER, high);
            return new RelationalSplit(description, "", query);
        }
        return new RelationalSplit(description, "", "SELECT * FROM (" + query + "\n) q WHERE " + condition);
    }

    private static String condition(String column, String low, String next, boolean first, boolean last) {
        if (first && last) {
            return "1 = 1";
        }
        if (first) {
            return "(" + column + " < " + next + " OR " + column + " IS NULL)";
        }
        return last ? column + " >= " + low : "(" + column + " >= " + low + " AND " + column + " < " + next + ")";
    }

    private boolean marked() {
        return options.query()
                .filter(q -> CONDITIONS.stream().anyMatch(q::contains) || q.contains(LOWER) || q.contains(UPPER))
                .isPresent();
    }

    /// The column named, or the primary key when that is one column.
    private RelationalColumn column() {
        Settings settings = endpoint.activity().section("partitionSettings");
        String name = options.column().or(this::keyColumn).orElseThrow(() -> settings.missing("partitionColumnName"));
        RelationalColumn column = columns.stream()
                .filter(c -> c.name().equals(name))
                .findFirst()
                .or(() -> columns.stream()
                        .filter(c -> c.name().equalsIgnoreCase(name))
                        .findFirst())
                .orElseThrow(() -> DataFaults.COLUMN_MISSING
                        .problem()
                        .at(settings.pointer() + "/partitionColumnName")
                        .evidence("column", name)
                        .evidence("object", table == null ? "query" : table)
                        .evidence(
                                "columns",
                                columns.stream().map(RelationalColumn::name).collect(Collectors.joining(", ")))
                        .exception());
        boolean usable = switch (column.type().kind()) {
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, DATE, TIMESTAMP -> true;
            case DECIMAL -> column.type().scale() == 0 && column.type().precision() <= 18;
            case FLOAT32, FLOAT64, STRING, BINARY, GUID, BOOLEAN, UINT64, TIME, DURATION, INSTANT -> false;
        };
        if (!usable) {
            throw settings.wrong("partitionColumnName", name, "a column of whole numbers, dates or timestamps");
        }
        return column;
    }

    private Optional<String> keyColumn() {
        if (table == null) {
            return Optional.empty();
        }
        List<String> key = new Catalog(session).primaryKey(table);
        return key.size() == 1 ? Optional.of(key.getFirst()) : Optional.empty();
    }

    /// Both ends of the strides; empty when the column holds nothing.
    private Optional<long[]> bounds(RelationalColumn column) {
        if (options.lower().isPresent() && options.upper().isPresent()) {
            return Optional.of(new long[] {
                parsed(column, options.lower().get(), "partitionLowerBound"),
                parsed(column, options.upper().get(), "partitionUpperBound")
            });
        }
        String name = session.dialect().quote(column.name());
        String from =
                table != null ? table.sql(session.dialect()) : "(" + neutral(options, session.dialect()) + "\n) q";
        return session.queryText(
                "SELECT MIN(" + name + "), MAX(" + name + ") FROM " + from,
                new Step("partition bounds of " + column.name(), "read"),
                r -> {
                    if (!r.next()) {
                        return Optional.empty();
                    }
                    Long low = value(r, 1, column);
                    Long high = value(r, 2, column);
                    return low == null || high == null ? Optional.<long[]>empty() : Optional.of(new long[] {low, high});
                });
    }

    private @Nullable Long value(java.sql.ResultSet r, int i, RelationalColumn column) throws java.sql.SQLException {
        return switch (column.type().kind()) {
            case DATE -> {
                String text = r.getString(i);
                yield text == null ? null : parsed(column, text, "partitionColumnName");
            }
            case TIMESTAMP -> {
                LocalDateTime t = session.dialect().form(column) == RowReader.Form.NATIVE
                        ? r.getObject(i, LocalDateTime.class)
                        : text(r.getString(i));
                yield t == null ? null : ChronoUnit.MICROS.between(LocalDate.EPOCH.atStartOfDay(), t);
            }
            default -> {
                BigDecimal n = r.getBigDecimal(i);
                yield n == null ? null : n.longValueExact();
            }
        };
    }

    private static @Nullable LocalDateTime text(@Nullable String text) {
        return text == null ? null : LocalDateTime.parse(text.strip().replace(' ', 'T'));
    }

    private long parsed(RelationalColumn column, String text, String member) {
        try {
            String plain = text.strip();
            return switch (column.type().kind()) {
                case DATE ->
                    LocalDate.parse(plain.substring(0, Math.min(10, plain.length())))
                            .toEpochDay();
                case TIMESTAMP -> {
                    String iso = plain.replace(' ', 'T');
                    LocalDateTime t = LocalDateTime.parse(iso.length() == 10 ? iso + "T00:00:00" : iso);
                    yield ChronoUnit.MICROS.between(LocalDate.EPOCH.atStartOfDay(), t);
                }
                default -> Long.parseLong(plain);
            };
        } catch (DateTimeParseException | NumberFormatException e) {
            throw endpoint.activity()
                    .section("partitionSettings")
                    .wrong(member, text, "a value of the column's type " + column.declared());
        }
    }

    private String literal(RelationalColumn column, long value) {
        Kind kind = column.type().kind();
        if (kind == Kind.DATE) {
            return session.dialect().literal(LocalDate.ofEpochDay(value));
        }
        if (kind == Kind.TIMESTAMP) {
            return session.dialect()
                    .literal(LocalDateTime.ofEpochSecond(
                            Math.floorDiv(value, 1_000_000L), Math.floorMod(value, 1_000_000) * 1_000, ZoneOffset.UTC));
        }
        return value < 0 ? "(" + value + ")" : Long.toString(value);
    }
}
