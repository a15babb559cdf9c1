package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType.Kind;
import dev.sluice.ssis.packages.ConnectionKind;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Element;
import java.sql.CallableStatement;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The parameters of an Execute SQL task, in the order of their markers.
///
/// How they are named depends on the connection: OLE DB and Excel `0, 1 …`, ODBC `1, 2 …`, ADO `Param1 …` for `?`
/// markers; ADO.NET `@name` for markers of that name.
final class SqlParameters {
    /// `EXEC ? = schema.name args`, `{? = call name(args)}` or a name alone.
    private static final Pattern EXEC = Pattern.compile(
            "(?is)^\\s*EXEC(?:UTE)?\\s+(?<result>\\?\\s*=\\s*)?(?<name>(?:\\[[^\\]]*\\]|\"[^\"]*\"|[\\w$#@]+)(?:\\s*\\.\\s*(?:\\[[^\\]]*\\]|\"[^\"]*\"|[\\w$#]*))*)(?<arguments>.*?);?\\s*$");

    private static final Pattern ARGUMENT =
            Pattern.compile("(?is)^\\s*(?<value>\\?|[^?]*?)\\s*(?:\\b(?:OUTPUT|OUT)\\b)?\\s*$");

    private final List<Binding> ordered;

    /// @param kind null when the declared type is not known
    private record Binding(
            String name,
            String variable,
            Direction direction,
            @Nullable Kind kind,
            int size) {}

    private enum Direction {
        INPUT,
        OUTPUT,
        RETURN
    }

    private SqlParameters(List<Binding> ordered) {
        this.ordered = ordered;
    }

    static SqlParameters of(TaskCall call, ConnectionManager manager) {
        Element payload = call.task().payload();
        List<Binding> all = new ArrayList<>();
        boolean net = manager.kind() == ConnectionKind.ADO_NET;
        if (payload != null) {
            for (Element e : payload.children("ParameterBinding")) {
                int number = number(e.attribute("DataType", ""));
                all.add(new Binding(
                        e.attribute("ParameterName", "").strip(),
                        e.attribute("DtsVariableName", ""),
                        direction(e.attribute("ParameterDirection", "Input")),
                        net ? SqlValues.dbType(number) : SqlValues.oleDb(number),
                        number(e.attribute("ParameterSize", ""))));
            }
        }
        if (!net) {
            all.sort(Comparator.comparingInt(b -> position(b.name())));
        }
        return new SqlParameters(all);
    }

    private static Direction direction(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "output", "2" -> Direction.OUTPUT;
            case "returnvalue", "6" -> Direction.RETURN;
            default -> Direction.INPUT;
        };
    }

    private static int number(String text) {
        return text.strip().matches("-?\\d{1,9}") ? Integer.parseInt(text.strip()) : -1;
    }

    /// `0`, `1`, `Param2`; what has no number keeps its place.
    private static int position(String name) {
        String digits = name.replaceAll("\\D", "");
        return digits.isEmpty() || digits.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    boolean isEmpty() {
        return ordered.isEmpty();
    }

    private boolean gives() {
        return ordered.stream().anyMatch(b -> b.direction() != Direction.INPUT);
    }

    /// A statement with `?` markers, and what belongs to them.
    record Prepared(String text, SqlParameters parameters, boolean callable) {}

    /// @param procedure IsStoredProc: the text is a procedure's name
    /// @param sqlServer whether the server knows `EXEC` itself
    Prepared prepare(String text, ConnectionManager manager, boolean procedure, boolean sqlServer) {
        if (procedure && !text.strip().contains(" ") && !text.contains("(")) {
            return called(text.strip());
        }
        SqlParameters used = this;
        String plain = text;
        if (manager.kind() == ConnectionKind.ADO_NET && !ordered.isEmpty()) {
            List<String> order = new ArrayList<>();
            plain = SqlBatches.positional(
                    text, ordered.stream().map(Binding::name).toList(), order);
            used = new SqlParameters(order.stream()
                    .map(n -> ordered.stream().filter(b -> b.name().equals(n)).findFirst())
                    .flatMap(Optional::stream)
                    .toList());
        }
        Matcher exec = EXEC.matcher(plain);
        if (exec.matches() && (used.gives() || !sqlServer)) {
            return new Prepared(call(exec, plain), used, true);
        }
        return new Prepared(plain, used, used.gives());
    }

    private Prepared called(String name) {
        List<Binding> arguments =
                ordered.stream().filter(b -> b.direction() != Direction.RETURN).toList();
        List<Binding> all = new ArrayList<>(
                ordered.stream().filter(b -> b.direction() == Direction.RETURN).toList());
        boolean returns = !all.isEmpty();
        all.addAll(arguments);
        String markers = String.join(", ", java.util.Collections.nCopies(arguments.size(), "?"));
        return new Prepared(
                "{" + (returns ? "? = " : "") + "call " + name + "(" + markers + ")}", new SqlParameters(all), true);
    }

    /// As JDBC writes calls. Arguments with names keep the server's own form, without the word OUTPUT, which the
    /// driver adds.
    private static String call(Matcher exec, String text) {
        String arguments = exec.group("arguments").strip();
        if (arguments.contains("@")) {
            return text.replaceAll("(?i)\\?\\s+(OUTPUT|OUT)\\b", "?");
        }
        List<String> plain = new ArrayList<>();
        for (String argument : arguments.isEmpty() ? new String[0] : arguments.split(",")) {
            Matcher m = ARGUMENT.matcher(argument);
            plain.add(m.matches() ? m.group("value").strip() : argument.strip());
        }
        return "{" + (exec.group("result") == null ? "" : "? = ") + "call "
                + exec.group("name").strip() + "(" + String.join(", ", plain) + ")}";
    }

    int size() {
        return ordered.size();
    }

    /// Those for the markers of one batch: the next ones.
    SqlParameters part(int from, int count) {
        int end = Math.min(ordered.size(), from + count);
        return new SqlParameters(ordered.subList(Math.min(from, end), end));
    }

    void bind(TaskCall call, PreparedStatement statement) throws SQLException {
        for (int i = 0; i < ordered.size(); i++) {
            Binding b = ordered.get(i);
            if (b.direction() == Direction.INPUT) {
                set(call, statement, i + 1, b);
            } else if (statement instanceof CallableStatement callable) {
                if (b.direction() == Direction.OUTPUT && holds(call, b)) {
                    set(call, statement, i + 1, b);
                }
                callable.registerOutParameter(i + 1, SqlValues.sqlType(b.kind()));
            }
        }
    }

    private static boolean holds(TaskCall call, Binding b) {
        Object value = call.scope().require(b.variable()).value();
        return value != null && !"".equals(value);
    }

    private static void set(TaskCall call, PreparedStatement statement, int at, Binding b) throws SQLException {
        Object value;
        try {
            value = SqlValues.bound(call.scope().require(b.variable()).value(), b.kind());
        } catch (RowFailure e) {
            throw Payload.failed(
                    call,
                    "the variable " + b.variable() + " does not fit the parameter " + b.name() + ": " + e.getMessage());
        }
        if (value == null) {
            statement.setNull(at, SqlValues.sqlType(b.kind()));
        } else if (value instanceof String s && b.size() > 0 && s.length() > b.size()) {
            statement.setObject(at, s.substring(0, b.size()));
        } else {
            statement.setObject(at, value);
        }
    }

    /// Puts what the call gave into variables.
    void give(TaskCall call, CallableStatement statement) throws SQLException {
        for (int i = 0; i < ordered.size(); i++) {
            Binding b = ordered.get(i);
            if (b.direction() != Direction.INPUT) {
                call.scope().require(b.variable()).set(SqlValues.known(statement.getObject(i + 1)));
            }
        }
    }
}
