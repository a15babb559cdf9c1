package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.connectors.jdbc.relational.Ranges;
import dev.sluice.data.batch.DataType.Kind;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// How ranges are said in PostgreSQL's words. A query stands after FROM as a relation whose columns are called c0,
/// c1, … since its own names may repeat.
///
/// @param query whether a query is read and not a table
/// @param fromAll what stands after FROM for everything
record RangeLanguage(PostgresSession session, boolean query, List<PostgresColumn> columns, String fromAll)
        implements Ranges.Language {
    static String asRelation(String query, int columns) {
        String names = IntStream.range(0, columns).mapToObj(i -> "c" + i).collect(Collectors.joining(", "));
        return "(" + query + "\n) AS q(" + names + ")";
    }

    @Override
    public String quote(String identifier) {
        return TableName.quote(identifier);
    }

    @Override
    public String outside(Ranges.Column column) {
        return query ? "c" + columns.indexOf((PostgresColumn) column) : quote(column.name());
    }

    @Override
    public boolean cutsInstants() {
        return true;
    }

    @Override
    public Optional<String> keyColumn() {
        return Optional.empty();
    }

    @Override
    public Optional<String> bucket(String column, int count) {
        return Optional.of("coalesce(mod(mod(hashtextextended((" + column + ")::text, 0), " + count + ") + " + count
                + ", " + count + "), 0)");
    }

    @Override
    public Optional<long[]> bounds(Ranges.Column column) {
        String name = outside(column);
        Kind kind = column.type().kind();
        String value = switch (kind) {
            case DATE -> "(%s(c) - date '1970-01-01')::int8";
            case TIMESTAMP, INSTANT -> "(extract(epoch from %s(c)) * 1000000)::int8";
            default -> "%s(c)::int8";
        };
        String finite = switch (kind) {
            case DATE, TIMESTAMP, INSTANT -> " WHERE isfinite(" + name + ")";
            default -> "";
        };
        return session.queryText(
                "SELECT " + value.formatted("min") + ", " + value.formatted("max") + " FROM (SELECT " + name
                        + " AS c FROM " + fromAll + finite + ") AS b",
                new Statement("partition bounds of " + column.name(), "read"),
                r -> {
                    r.next();
                    long low = r.getLong(1);
                    boolean none = r.wasNull();
                    return none ? Optional.empty() : Optional.of(new long[] {low, r.getLong(2)});
                });
    }

    @Override
    public String literal(Ranges.Column column, long value) {
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
