package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// `partitionOption: DynamicRange` and `Hash`. A dynamic range is cut into equal strides of a column between two
/// bounds, which are asked for when they are not given. Bounds only set the strides: the first range takes everything
/// below and null, the last everything above. A query may say where the condition goes, with Data Factory's markers;
/// otherwise it is put around the query. A hash cuts by what the system makes of a column's value, of whatever type it
/// is.
///
/// @param object the table, or `query`, for messages
public record Ranges(
        Endpoint endpoint, Wanted wanted, String object, List<? extends Column> columns, Language language) {

    /// What the activity's source says.
    ///
    /// @param column, lower, upper as written, empty when not given
    public record Wanted(
            Optional<String> query, Optional<String> column, Optional<String> lower, Optional<String> upper) {}

    /// A column by whose values rows are cut.
    public interface Column {
        String name();

        DataType type();

        /// The type as the database declares it.
        String declared();
    }

    /// What differs from system to system. Values of a column are counted in whole units: numbers, days,
    /// microseconds.
    public interface Language {
        String quote(String identifier);

        /// A value as SQL writes it.
        String literal(Column column, long value);

        /// What the column is called after FROM, outside of a query of the user's.
        String outside(Column column);

        /// Whether points in time of a time zone can be cut.
        boolean cutsInstants();

        /// The column of a primary key of one column; empty where there is none or it is not looked for.
        Optional<String> keyColumn();

        /// What gives each value of a column, null too, a number from 0 to `count` - 1; empty where the system has no
        /// such function.
        ///
        /// @param column as it is written where the condition stands
        Optional<String> bucket(String column, int count);

        /// The column by which rows are hashed when none is named.
        default Optional<String> hashColumn() {
            return keyColumn();
        }

        /// The smallest and the largest value; empty when the column holds nothing.
        Optional<long[]> bounds(Column column);
    }

    /// One range.
    ///
    /// @param description for the log
    /// @param condition on the rows, to be put after WHERE
    /// @param query the user's query with its markers replaced, in place of the condition; empty without markers
    public record Piece(String description, String condition, Optional<String> query) {}

    private static final List<String> CONDITIONS =
            List.of("?AdfDynamicRangePartitionCondition", "?DfDynamicRangePartitionCondition");
    private static final List<String> HASHES = List.of("?AdfHashPartitionCondition", "?DfHashPartitionCondition");
    private static final String COLUMN = "?AdfRangePartitionColumnName";
    private static final String UPPER = "?AdfRangePartitionUpbound";
    private static final String LOWER = "?AdfRangePartitionLowbound";

    /// The query with its markers replaced so that it gives all rows, as far as [#isWhole] says.
    ///
    /// @param column the partition column, quoted; `NULL` when there is none
    public static String neutral(String query, String column) {
        return conditionless(query)
                .replace(COLUMN, column)
                .replace(LOWER, "NULL")
                .replace(UPPER, "NULL");
    }

    /// Whether [#neutral] gives all rows and not just the right columns.
    public static boolean isWhole(String query) {
        String text = conditionless(query);
        return !text.contains(LOWER) && !text.contains(UPPER);
    }

    /// Whether the query has the marker of a hash's condition.
    public static boolean isHashed(String query) {
        return HASHES.stream().anyMatch(query::contains);
    }

    private static String conditionless(String query) {
        String text = with(with(query, HASHES, "1 = 1"), CONDITIONS, "1 = 1");
        return text.replace(COLUMN + " >= " + LOWER, "1 = 1").replace(COLUMN + " <= " + UPPER, "1 = 1");
    }

    private static String with(String query, List<String> markers, String condition) {
        String text = query;
        for (String marker : markers) {
            text = text.replace(marker, condition);
        }
        return text;
    }

    /// The pieces of `Hash`.
    ///
    /// @param count how many
    /// @return empty when all rows are one piece
    public List<Piece> hashed(int count) {
        Column column = column(wanted.column().or(language::hashColumn));
        boolean marked = wanted.query().filter(Ranges::isHashed).isPresent();
        String written = marked ? language.quote(column.name()) : language.outside(column);
        String bucket = language.bucket(written, count)
                .orElseThrow(() -> endpoint.activity()
                        .wrong(
                                "partitionOption",
                                "Hash",
                                "DynamicRange, since the system has no function that hashes"));
        if (count == 1) {
            return List.of();
        }
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    String condition = bucket + " = " + i;
                    return new Piece(
                            "hash of " + column.name() + " " + (i + 1) + " of " + count,
                            condition,
                            wanted.query()
                                    .filter(q -> marked)
                                    .map(q -> neutral(with(q, HASHES, condition), language.quote(column.name()))));
                })
                .toList();
    }

    /// The pieces of `DynamicRange`.
    ///
    /// @param count how many at most
    /// @return empty when all rows are one piece
    public List<Piece> pieces(int count) {
        Column column = column(wanted.column().or(language::keyColumn));
        refuseUncuttable(column);
        if (wanted.query().filter(q -> !isWhole(q)).isPresent()
                && (wanted.lower().isEmpty() || wanted.upper().isEmpty())) {
            throw endpoint.activity()
                    .section("partitionSettings")
                    .missing(wanted.lower().isEmpty() ? "partitionLowerBound" : "partitionUpperBound");
        }
        Optional<long[]> bounds = bounds(column);
        if (bounds.isEmpty() || count == 1 && !marked()) {
            return List.of();
        }
        return strides(column, bounds.get()[0], bounds.get()[1], count);
    }

    private List<Piece> strides(Column column, long lower, long upper, int count) {
        BigInteger start = BigInteger.valueOf(lower);
        BigInteger span = BigInteger.valueOf(upper).subtract(start).max(BigInteger.ZERO);
        long pieces = span.min(BigInteger.valueOf(count)).max(BigInteger.ONE).longValueExact();
        List<Piece> all = new ArrayList<>();
        long from = lower;
        for (long i = 0; i < pieces; i++) {
            BigInteger reach = span.multiply(BigInteger.valueOf(i + 1)).divide(BigInteger.valueOf(pieces));
            long to = i == pieces - 1 ? upper : start.add(reach).longValueExact();
            all.add(piece(column, from, to, i == 0, i == pieces - 1));
            from = to + 1;
        }
        return all;
    }

    /// The rows from one value to another, both included; between them nothing lies, since all count whole units.
    private Piece piece(Column column, long from, long to, boolean first, boolean last) {
        String low = language.literal(column, from);
        String high = language.literal(column, to);
        String next = last ? high : language.literal(column, to + 1);
        String description = column.name() + (first ? "" : " >= " + low) + (last ? "" : " < " + next);
        if (!marked()) {
            return new Piece(
                    description, condition(language.outside(column), low, next, first, last), Optional.empty());
        }
        String own = language.quote(column.name());
        String condition = condition(own, low, next, first, last);
        String query = wanted.query().orElseThrow();
        query = with(query, CONDITIONS, condition)
                .replace(COLUMN, own)
                .replace(LOWER, low)
                .replace(UPPER, high);
        return new Piece(description, condition, Optional.of(query));
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
        return wanted.query()
                .filter(q -> CONDITIONS.stream().anyMatch(q::contains) || q.contains(LOWER) || q.contains(UPPER))
                .isPresent();
    }

    private Column column(Optional<String> known) {
        Settings settings = endpoint.activity().section("partitionSettings");
        String name = known.orElseThrow(() -> settings.missing("partitionColumnName"));
        return named(name)
                .orElseThrow(() -> DataFaults.COLUMN_MISSING
                        .problem()
                        .at(settings.pointer() + "/partitionColumnName")
                        .evidence("column", name)
                        .evidence("object", object)
                        .evidence("columns", columns.stream().map(Column::name).collect(Collectors.joining(", ")))
                        .exception());
    }

    private void refuseUncuttable(Column column) {
        boolean usable = switch (column.type().kind()) {
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, DATE, TIMESTAMP -> true;
            case DECIMAL -> column.type().scale() == 0 && column.type().precision() <= 18;
            case INSTANT -> language.cutsInstants();
            case FLOAT32, FLOAT64, STRING, BINARY, GUID, BOOLEAN, UINT64, TIME, DURATION -> false;
        };
        if (!usable) {
            throw endpoint.activity()
                    .section("partitionSettings")
                    .wrong("partitionColumnName", column.name(), "a column of whole numbers, dates or timestamps");
        }
    }

    private Optional<? extends Column> named(String name) {
        Optional<? extends Column> exact =
                columns.stream().filter(c -> c.name().equals(name)).findFirst();
        return exact.isPresent()
                ? exact
                : columns.stream().filter(c -> c.name().equalsIgnoreCase(name)).findFirst();
    }

    private Optional<long[]> bounds(Column column) {
        if (wanted.lower().isPresent() && wanted.upper().isPresent()) {
            return Optional.of(new long[] {
                value(column, wanted.lower().get(), "partitionLowerBound"),
                value(column, wanted.upper().get(), "partitionUpperBound")
            });
        }
        return language.bounds(column);
    }

    /// @param member where the text stands, for the message
    long value(Column column, String text, String member) {
        try {
            String plain = text.strip();
            return switch (column.type().kind()) {
                case DATE ->
                    LocalDate.parse(plain.substring(0, Math.min(10, plain.length())))
                            .toEpochDay();
                case TIMESTAMP, INSTANT -> micros(plain);
                default -> Long.parseLong(plain);
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
}
