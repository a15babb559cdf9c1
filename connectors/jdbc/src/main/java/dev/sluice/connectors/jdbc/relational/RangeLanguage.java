package dev.sluice.connectors.jdbc.relational;

import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.data.batch.DataType.Kind;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How ranges are said in the words of a [Dialect].
///
/// @param table null where a query is read
/// @param fromAll what stands after FROM for everything
record RangeLanguage(Session session, @Nullable TableName table, String fromAll) implements Ranges.Language {
    @Override
    public String quote(String identifier) {
        return session.dialect().quote(identifier);
    }

    @Override
    public String outside(Ranges.Column column) {
        return quote(column.name());
    }

    @Override
    public boolean cutsInstants() {
        return false;
    }

    @Override
    public Optional<String> keyColumn() {
        if (table == null) {
            return Optional.empty();
        }
        List<String> key = new Catalog(session).primaryKey(table);
        return key.size() == 1 ? Optional.of(key.getFirst()) : Optional.empty();
    }

    @Override
    public Optional<String> bucket(String column, int count) {
        return session.dialect().bucket(column, count);
    }

    @Override
    public Optional<String> hashColumn() {
        return table == null
                ? Optional.empty()
                : session.dialect().hashColumn(session, table).or(this::keyColumn);
    }

    @Override
    public Optional<long[]> bounds(Ranges.Column column) {
        String name = quote(column.name());
        return session.queryText(
                "SELECT MIN(" + name + "), MAX(" + name + ") FROM " + fromAll,
                new Step("partition bounds of " + column.name(), "read"),
                r -> {
                    if (!r.next()) {
                        return Optional.empty();
                    }
                    Long low = value(r, 1, (RelationalColumn) column);
                    Long high = value(r, 2, (RelationalColumn) column);
                    return low == null || high == null ? Optional.<long[]>empty() : Optional.of(new long[] {low, high});
                });
    }

    private @Nullable Long value(ResultSet r, int i, RelationalColumn column) throws SQLException {
        return switch (column.type().kind()) {
            case DATE -> {
                String text = r.getString(i);
                yield text == null
                        ? null
                        : (Long) LocalDate.parse(text.strip().substring(0, 10)).toEpochDay();
            }
            case TIMESTAMP -> {
                LocalDateTime t = session.dialect().form(column) == RowReader.Form.NATIVE
                        ? r.getObject(i, LocalDateTime.class)
                        : time(r.getString(i));
                yield t == null ? null : (Long) ChronoUnit.MICROS.between(LocalDate.EPOCH.atStartOfDay(), t);
            }
            default -> {
                BigDecimal n = r.getBigDecimal(i);
                yield n == null ? null : (Long) n.longValueExact();
            }
        };
    }

    private static @Nullable LocalDateTime time(@Nullable String text) {
        return text == null ? null : LocalDateTime.parse(text.strip().replace(' ', 'T'));
    }

    @Override
    public String literal(Ranges.Column column, long value) {
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
