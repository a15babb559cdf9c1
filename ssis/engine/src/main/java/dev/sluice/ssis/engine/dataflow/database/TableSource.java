package dev.sluice.ssis.engine.dataflow.database;

import dev.sluice.ssis.engine.control.Cell;
import dev.sluice.ssis.engine.dataflow.Connections;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.Producer;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Component.Disposition;
import dev.sluice.ssis.packages.ComponentKind;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// OLE DB, ADO.NET, ODBC, Oracle and Teradata Source: a table, a view or a query, its name or text from the
/// package or a variable, parameters from variables.
public final class TableSource implements Producer {
    private static final int UNUSABLE = 0xC0209072;
    private static final int TRUNCATED = 0xC0209073;
    private static final Pattern PARAMETER = Pattern.compile("\"([^\"]*)\"\\s*,\\s*(\\{[^}]*\\}|[^;]*);?");

    private final Wiring wiring;
    private final int main;
    private final Layout layout;
    private final int errorOutput;

    public TableSource(Wiring wiring) {
        this.wiring = wiring;
        this.main = wiring.mainOutputs()[0];
        this.layout = wiring.outputs().get(main);
        this.errorOutput = wiring.errorOutput().orElse(-1);
    }

    @Override
    public void produce(Outputs out) throws IOException, SQLException, InterruptedException {
        try (Connections.Session session = wiring.around().connections().open(wiring.connection())) {
            Connection connection = session.connection();
            boolean auto = connection.getAutoCommit();
            if (!session.shared() && auto) {
                // Drivers stream a result only within a transaction.
                connection.setAutoCommit(false);
            }
            try (PreparedStatement statement = statement(connection)) {
                Runnable stop = () -> cancel(statement);
                wiring.around().onStop(stop);
                try (ResultSet rows = statement.executeQuery()) {
                    read(rows, out);
                } finally {
                    wiring.around().offStop(stop);
                }
            } finally {
                if (!session.shared() && auto) {
                    connection.rollback();
                    connection.setAutoCommit(true);
                }
            }
        }
    }

    private static void cancel(PreparedStatement statement) {
        try {
            statement.cancel();
        } catch (SQLException e) {
            // It has ended by itself.
            Thread.currentThread().isInterrupted();
        }
    }

    private PreparedStatement statement(Connection connection) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(
                Dialect.text(connection, text(connection)), ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
        try {
            boolean mySql = connection
                    .getMetaData()
                    .getDriverName()
                    .toLowerCase(Locale.ROOT)
                    .startsWith("mysql");
            statement.setFetchSize(mySql ? Integer.MIN_VALUE : 1_000);
            statement.setQueryTimeout(Math.max(0, wiring.number("CommandTimeout", 0)));
            List<@Nullable Object> parameters = parameters();
            Bound.Given given = new Bound.Given(connection);
            for (int i = 0; i < parameters.size(); i++) {
                given.set(statement, i + 1, parameters.get(i), java.sql.Types.VARCHAR);
            }
            return statement;
        } catch (SQLException | RuntimeException e) {
            statement.close();
            throw e;
        }
    }

    private String text(Connection connection) throws SQLException {
        Component c = wiring.component();
        int mode = wiring.number("AccessMode", 0);
        boolean oleDb = c.kind() == ComponentKind.OLE_DB_SOURCE;
        boolean odbc = !oleDb && c.kind() != ComponentKind.ADO_NET_SOURCE;
        if (oleDb) {
            return switch (mode) {
                case 0 -> table(connection, c.property("OpenRowset"));
                case 1 -> table(connection, variable(c.property("OpenRowsetVariable")));
                case 2 -> c.property("SqlCommand");
                case 3 -> variable(c.property("SqlCommandVariable"));
                default -> throw wiring.invalid("there is no access mode " + mode, Codes.PROPERTY);
            };
        }
        String name = odbc ? c.property("TableName") : c.property("TableOrViewName");
        boolean query = odbc ? mode == 1 : mode != 0 || name.isBlank();
        return query ? c.property("SqlCommand") : table(connection, name);
    }

    private String table(Connection connection, String name) throws SQLException {
        return "select * from " + TableName.of(wiring, connection, name).sql();
    }

    private String variable(String name) {
        return Objects.toString(wiring.around().call().scope().require(name).value(), "");
    }

    /// `"Parameter0:Input",{GUID};…` in the order of their numbers, or as they stand.
    private List<@Nullable Object> parameters() {
        Matcher matcher = PARAMETER.matcher(wiring.component().property("ParameterMapping"));
        List<@Nullable Object> values = new ArrayList<>();
        while (matcher.find()) {
            String reference = matcher.group(2).strip();
            Cell cell = wiring.around()
                    .call()
                    .scope()
                    .identified(reference)
                    .or(() -> wiring.around().call().scope().find(reference))
                    .orElseThrow(() -> wiring.invalid(
                            "its parameter '" + matcher.group(1) + "' is mapped to a variable that is not there",
                            Codes.INVALID));
            values.add(cell.value());
        }
        return values;
    }

    private void read(ResultSet rows, Outputs out) throws IOException, SQLException, InterruptedException {
        Component.Output output = wiring.component().outputs().get(main);
        int[] columns = columns(rows.getMetaData(), output);
        Bound.Taken[] taken = new Bound.Taken[columns.length];
        for (int i = 0; i < columns.length; i++) {
            taken[i] = new Bound.Taken(layout.column(i).type());
        }
        BufferBuilder into = wiring.builder(main);
        BufferBuilder bad = errorOutput < 0 ? null : wiring.builder(errorOutput);
        while (rows.next()) {
            int code = 0;
            int at = -1;
            for (int i = 0; i < columns.length; i++) {
                int found = value(rows, columns[i], taken[i], output.columns().get(i), into, i);
                if (found != 0 && code == 0) {
                    code = found;
                    at = i;
                }
            }
            if (code == 0) {
                into.next();
                if (into.full()) {
                    out.send(main, into.take());
                }
            } else if (bad != null) {
                redirect(into, bad, code, layout.column(at).number());
                if (bad.full()) {
                    out.send(errorOutput, bad.take());
                }
            }
        }
        out.send(main, into.take());
        if (bad != null) {
            out.send(errorOutput, bad.take());
        }
    }

    /// The column of the result for each column of the output: by the external column's name, without regard to case.
    private int[] columns(ResultSetMetaData meta, Component.Output output) throws SQLException {
        int[] columns = new int[output.columns().size()];
        for (int i = 0; i < columns.length; i++) {
            Component.OutputColumn column = output.columns().get(i);
            String name = output.external().stream()
                    .filter(e -> e.id().equals(column.externalId()))
                    .map(Component.ExternalColumn::name)
                    .findFirst()
                    .orElse(column.name());
            columns[i] = find(meta, name);
        }
        return columns;
    }

    private int find(ResultSetMetaData meta, String name) throws SQLException {
        for (int c = 1; c <= meta.getColumnCount(); c++) {
            if (meta.getColumnLabel(c).equalsIgnoreCase(name)) {
                return c;
            }
        }
        throw wiring.failed("the data source has no column '" + name + "'", Codes.COLUMN_MISSING);
    }

    /// @return the code by which the row leaves; 0 when the value is in its place
    private int value(
            ResultSet rows, int column, Bound.Taken taken, Component.OutputColumn record, BufferBuilder into, int place)
            throws SQLException {
        Disposition disposition;
        int code;
        String detail;
        Object value = null;
        try {
            value = taken.value(rows, column);
            if (!taken.truncated()) {
                into.set(place, value);
                return 0;
            }
            disposition = record.onTruncation();
            code = TRUNCATED;
            detail = "the value does not fit " + layout.column(place).type();
        } catch (RowFailure e) {
            disposition = record.onError();
            code = UNUSABLE;
            detail = Objects.toString(e.getMessage(), "the value cannot be converted");
        }
        into.set(place, value);
        return switch (disposition) {
            case IGNORE_FAILURE -> 0;
            case REDIRECT_ROW -> code;
            case NOT_USED, FAIL_COMPONENT ->
                throw RowErrors.failure(
                        wiring,
                        record.name(),
                        code,
                        code == TRUNCATED ? Codes.FAILED_ON_TRUNCATION : Codes.FAILED_ON_ERROR,
                        detail);
        };
    }

    /// The row's values under the same names, with what was wrong.
    private void redirect(BufferBuilder from, BufferBuilder bad, int code, int number) {
        Layout errors = bad.layout();
        for (Component.OutputColumn c :
                wiring.component().outputs().get(errorOutput).columns()) {
            int place = errors.indexOf(c.lineage());
            bad.set(
                    place,
                    switch (c.special()) {
                        case 1 -> (Object) (long) code;
                        case 2 -> (long) number;
                        default -> copied(from, c.name(), errors, place);
                    });
        }
        bad.next();
        from.reset();
    }

    private @Nullable Object copied(BufferBuilder from, String name, Layout errors, int place) {
        for (int i = 0; i < layout.size(); i++) {
            if (layout.column(i).name().equals(name)
                    && layout.column(i).type().kind()
                            == errors.column(place).type().kind()) {
                return from.value(i);
            }
        }
        return null;
    }
}
