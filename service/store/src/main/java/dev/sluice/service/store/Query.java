package dev.sluice.service.store;

import dev.sluice.model.run.Operand;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A [RunFilter] as SQL. Column names come from code, values only as arguments. The order always ends with the record's
/// id, and a page begins after the position of the last record of the page before, so records that come in between
/// neither repeat nor hide others.
final class Query {
    private final StringBuilder sql;
    private final String id;
    private final Operand defaultOrder;
    private final Function<Operand, @Nullable String> columns;
    private final List<@Nullable Object> arguments = new ArrayList<>();

    Query(String head, String id, Operand defaultOrder, Function<Operand, @Nullable String> columns) {
        this.sql = new StringBuilder(head);
        this.id = id;
        this.defaultOrder = defaultOrder;
        this.columns = columns;
    }

    String sql() {
        return sql.toString();
    }

    @Nullable
    Object[] arguments() {
        return arguments.toArray();
    }

    void argument(Object value) {
        arguments.add(value);
    }

    void filter(RunFilter filter, int limit) {
        sql.append(" AND last_updated >= ? AND last_updated <= ?");
        argument(Timestamps.format(filter.after()));
        argument(Timestamps.format(filter.before()));
        filter.conditions().forEach(this::condition);
        List<RunFilter.Order> order =
                filter.order().isEmpty() ? List.of(new RunFilter.Order(defaultOrder, false)) : filter.order();
        RunFilter.Position from = filter.continuation();
        if (from != null) {
            after(order, from);
        }
        sql.append(" ORDER BY ");
        for (RunFilter.Order by : order) {
            String column = columns.apply(by.by());
            if (column != null) {
                sql.append(column).append(by.descending() ? " DESC, " : ", ");
            }
        }
        sql.append(id).append(" LIMIT ?");
        argument(limit);
    }

    private void condition(RunFilter.Condition condition) {
        boolean wanted = switch (condition.operator()) {
            case EQUALS, IN -> true;
            case NOT_EQUALS, NOT_IN -> false;
        };
        String column = columns.apply(condition.operand());
        if (column == null || condition.values().isEmpty()) {
            // A record has no such value: it is among none.
            sql.append(wanted ? " AND 1 = 0" : "");
            return;
        }
        sql.append(" AND ").append(column).append(wanted ? " IN (" : " NOT IN (");
        sql.append(condition.values().stream().map(v -> "?").collect(Collectors.joining(", ")));
        sql.append(")");
        condition.values().forEach(v -> argument(value(condition.operand(), v)));
    }

    private static String value(Operand operand, String wanted) {
        return operand.isTime()
                ? Timestamps.parse(wanted).map(Timestamps::format).orElse(wanted)
                : Documents.key(wanted);
    }

    /// `(a > x) OR (a = x AND b > y) OR (a = x AND b = y AND id > z)`, with `<` where the order descends.
    private void after(List<RunFilter.Order> order, RunFilter.Position from) {
        List<String> ways = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        List<String> same = new ArrayList<>();
        List<Object> sameValues = new ArrayList<>();
        for (int i = 0; i < order.size() && i < from.values().size(); i++) {
            String column = columns.apply(order.get(i).by());
            if (column != null) {
                String value = value(order.get(i).by(), from.values().get(i));
                ways.add(both(same, column + (order.get(i).descending() ? " < ?" : " > ?")));
                values.addAll(sameValues);
                values.add(value);
                same.add(column + " = ?");
                sameValues.add(value);
            }
        }
        ways.add(both(same, id + " > ?"));
        values.addAll(sameValues);
        values.add(from.id());
        sql.append(" AND (").append(String.join(" OR ", ways)).append(")");
        arguments.addAll(values);
    }

    private static String both(List<String> same, String last) {
        return same.isEmpty() ? "(" + last + ")" : "(" + String.join(" AND ", same) + " AND " + last + ")";
    }
}
