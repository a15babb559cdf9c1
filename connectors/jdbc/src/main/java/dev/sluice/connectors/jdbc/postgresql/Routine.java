package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.data.spi.SqlParameter;
import dev.sluice.diagnosis.DataFaults;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A procedure or function as the catalog has it.
///
/// @param procedure whether it is called; a function is selected from
/// @param arguments in order, those of a result's columns not among them; names may be empty
record Routine(TableName name, boolean procedure, List<Argument> arguments) {
    /// @param output whether it is only output
    record Argument(String name, boolean output) {}

    /// A text to run and the parameters in the order of its places.
    record Call(String sql, List<SqlParameter> order) {}

    /// The routine of that name whose arguments have the names of the parameters; of several, the one that comes
    /// closest.
    static Routine find(PostgresSession session, String text, List<SqlParameter> parameters) {
        TableName name = TableName.named(text).orElseThrow(() -> missing(session, text));
        List<Routine> found = overloads(session, name);
        if (found.isEmpty()) {
            found = overloads(session, name.folded());
        }
        return found.stream()
                .filter(r -> parameters.stream()
                        .allMatch(p -> p.name().isEmpty() || r.argument(p).isPresent()))
                .findFirst()
                .or(found.stream()::findFirst)
                .orElseThrow(() -> missing(session, text));
    }

    private static RuntimeException missing(PostgresSession session, String name) {
        return DataFaults.QUERY_FAILED
                .problem()
                .on(session.server().side())
                .evidence("store", session.server().store())
                .evidence("status", "42883")
                .evidence("detail", "there is no procedure or function " + name + ", or the user may not see it")
                .evidence("object", name)
                .exception();
    }

    private static List<Routine> overloads(PostgresSession session, TableName name) {
        return session.query(
                """
                SELECT n.nspname, p.proname, p.prokind = 'p', p.proargnames, p.proargmodes::text[], p.pronargs
                FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                WHERE p.proname = ? AND p.prokind IN ('p', 'f')
                    AND CASE WHEN ? = '' THEN pg_function_is_visible(p.oid) ELSE n.nspname = ? END
                ORDER BY p.pronargs
                """,
                new Statement(name.toString(), "call"),
                Routine::routine,
                name.table(),
                name.schema().orElse(""),
                name.schema().orElse(""));
    }

    private static Routine routine(ResultSet row) throws SQLException {
        boolean procedure = row.getBoolean(3);
        List<String> names = texts(row.getArray(4));
        List<String> modes = texts(row.getArray(5));
        int inputs = row.getInt(6);
        List<Argument> arguments = new ArrayList<>();
        int all = Math.max(modes.size(), inputs);
        for (int i = 0; i < all; i++) {
            String mode = i < modes.size() ? modes.get(i) : "i";
            boolean output = mode.equals("o");
            if (mode.equals("t") || output && !procedure) {
                continue;
            }
            arguments.add(new Argument(i < names.size() ? names.get(i) : "", output));
        }
        return new Routine(
                new TableName(Optional.of(row.getString(1)), row.getString(2)), procedure, List.copyOf(arguments));
    }

    private static List<String> texts(Array array) throws SQLException {
        return array == null
                ? List.of()
                : Arrays.stream((Object[]) array.getArray())
                        .map(String::valueOf)
                        .toList();
    }

    private Optional<Argument> argument(SqlParameter parameter) {
        return arguments.stream()
                .filter(a -> a.name().equals(parameter.name()))
                .findFirst()
                .or(() -> arguments.stream()
                        .filter(a -> a.name().equalsIgnoreCase(parameter.name()))
                        .findFirst());
    }

    /// How it is called with these parameters. Those whose names it does not have stay as they are, so that the
    /// server says what is wrong.
    ///
    /// @param count whether only the number of rows matters
    Call call(List<SqlParameter> parameters, boolean count) {
        List<SqlParameter> order = new ArrayList<>();
        List<String> list = new ArrayList<>();
        for (SqlParameter parameter : parameters) {
            String name = argument(parameter)
                    .map(Argument::name)
                    .orElse(parameter.name().toLowerCase(Locale.ROOT));
            boolean named = !parameter.name().isEmpty()
                    && arguments.stream().anyMatch(a -> !a.name().isEmpty());
            list.add((named ? TableName.quote(name) + " => " : "") + "?");
            order.add(parameter);
        }
        for (Argument argument : arguments) {
            boolean given = parameters.stream().anyMatch(p -> p.name().equalsIgnoreCase(argument.name()));
            if (argument.output() && !given && !argument.name().isEmpty()) {
                list.add(TableName.quote(argument.name()) + " => NULL");
            }
        }
        String call = name.sql() + list.stream().collect(Collectors.joining(", ", "(", ")"));
        return new Call(procedure ? "CALL " + call : "SELECT " + (count ? "count(*)" : "*") + " FROM " + call, order);
    }
}
