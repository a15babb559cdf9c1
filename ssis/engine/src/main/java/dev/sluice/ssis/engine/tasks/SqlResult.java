package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.control.Cell;
import dev.sluice.ssis.engine.control.Table;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.VariantType;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What an Execute SQL task does with the first result set.
enum SqlResult {
    NONE,
    SINGLE_ROW,
    ROWSET,
    XML;

    /// Most rows that a variable takes.
    private static final int MOST_ROWS = 1_000_000;

    private static final int MOST_CHARACTERS = 64 << 20;

    /// `ResultSetType_SingleRow`, or the number that an expression gives.
    static SqlResult named(String word) {
        return switch (word.strip().toLowerCase(Locale.ROOT)) {
            case "resultsettype_singlerow", "2" -> SINGLE_ROW;
            case "resultsettype_rowset", "3" -> ROWSET;
            case "resultsettype_xml", "4" -> XML;
            default -> NONE;
        };
    }

    void take(TaskCall call, ResultSet rows) throws SQLException {
        switch (this) {
            case NONE -> {}
            case SINGLE_ROW -> singleRow(call, rows);
            case ROWSET -> rowset(call, rows);
            case XML -> xml(call, rows);
        }
    }

    private record Binding(String name, String variable) {}

    private static List<Binding> bindings(TaskCall call) {
        Element payload = call.task().payload();
        return payload == null
                ? List.of()
                : payload.children("ResultBinding").stream()
                        .map(e ->
                                new Binding(e.attribute("ResultName", "").strip(), e.attribute("DtsVariableName", "")))
                        .toList();
    }

    private static ProblemException invalid(TaskCall call, String detail, String ssisCode) {
        return SsisRunFaults.SQL_RESULT_INVALID
                .problem()
                .at(call.task().refId())
                .evidence("task", call.task().name())
                .evidence("detail", detail)
                .evidence("ssisCode", ssisCode)
                .exception();
    }

    private static void singleRow(TaskCall call, ResultSet rows) throws SQLException {
        if (!rows.next()) {
            throw invalid(call, "single row result set is specified, but no rows were returned", "0xC00291EE");
        }
        ResultSetMetaData columns = rows.getMetaData();
        for (Binding b : bindings(call)) {
            int column = column(call, b.name(), columns);
            set(call, b, SqlValues.read(rows, column));
        }
    }

    private static int column(TaskCall call, String name, ResultSetMetaData columns) throws SQLException {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            names.add(columns.getColumnLabel(i));
        }
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).equalsIgnoreCase(name)) {
                return i + 1;
            }
        }
        if (name.matches("\\d{1,4}") && Integer.parseInt(name) < names.size()) {
            return Integer.parseInt(name) + 1;
        }
        throw invalid(call, "there is no column '" + name + "' in the result set; it has " + names, "0xC00291E2");
    }

    private static void set(TaskCall call, Binding b, @Nullable Object value) {
        Cell cell = call.scope().require(b.variable());
        if (value == null && cell.type() != VariantType.OBJECT && cell.type() != VariantType.STRING) {
            throw invalid(
                    call,
                    "the column '" + b.name() + "' is NULL, which the variable " + b.variable() + " of type "
                            + cell.type().word() + " cannot hold",
                    "0xC00291E3");
        }
        cell.set(value);
    }

    private static Binding only(TaskCall call) {
        List<Binding> bindings = bindings(call);
        if (bindings.size() != 1 || !bindings.getFirst().name().equals("0")) {
            throw invalid(call, "a full result set and XML need one result binding with the name 0", "0xC00291E4");
        }
        return bindings.getFirst();
    }

    private static void rowset(TaskCall call, ResultSet rows) throws SQLException {
        Binding target = only(call);
        List<String> names = new ArrayList<>();
        int columns = rows.getMetaData().getColumnCount();
        for (int i = 1; i <= columns; i++) {
            names.add(rows.getMetaData().getColumnLabel(i));
        }
        List<List<@Nullable Object>> all = new ArrayList<>();
        while (rows.next()) {
            if (all.size() == MOST_ROWS) {
                throw SsisFaults.LIMIT_EXCEEDED.with(
                        "file",
                        call.task().refId(),
                        "what",
                        "number of rows of a full result set",
                        "value",
                        "more",
                        "limit",
                        MOST_ROWS);
            }
            List<@Nullable Object> row = new ArrayList<>(columns);
            for (int i = 1; i <= columns; i++) {
                row.add(SqlValues.read(rows, i));
            }
            all.add(java.util.Collections.unmodifiableList(row));
        }
        call.scope().require(target.variable()).set(new Table(names, all));
    }

    /// The pieces of a FOR XML result; a text has them inside one element.
    private static void xml(TaskCall call, ResultSet rows) throws SQLException {
        Binding target = only(call);
        Cell cell = call.scope().require(target.variable());
        StringBuilder text = new StringBuilder();
        while (rows.next()) {
            String piece = rows.getString(1);
            text.append(piece == null ? "" : piece);
            if (text.length() > MOST_CHARACTERS) {
                throw SsisFaults.LIMIT_EXCEEDED.with(
                        "file",
                        call.task().refId(),
                        "what",
                        "length of an XML result",
                        "value",
                        "more",
                        "limit",
                        MOST_CHARACTERS);
            }
        }
        cell.set(cell.type() == VariantType.STRING ? "<ROOT>" + text + "</ROOT>" : text.toString());
    }
}
