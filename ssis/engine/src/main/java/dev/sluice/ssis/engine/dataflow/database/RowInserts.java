package dev.sluice.ssis.engine.dataflow.database;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Fit;
import dev.sluice.ssis.engine.dataflow.rows.TypeNames;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Component.Disposition;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Inserts the rows of buffers into a table. One thread; [#cancel] by any.
final class RowInserts implements AutoCloseable {
    /// Databases have limits on the parameters of a statement; SQL Server's, 2100, is the lowest.
    private static final int MOST_PARAMETERS = 2_000;

    private static final int MOST_ROWS = 500;
    private static final int CANNOT_CONVERT = 0xC0209077;
    private static final int TRUNCATED = 0xC0209078;

    private final Wiring wiring;
    private final Connection connection;
    private final TableName table;
    private final Mode mode;
    private final Bound.Given given;
    private final List<Target> targets = new ArrayList<>();
    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final int together;
    private volatile @Nullable PreparedStatement current;

    /// @param fast many rows by one statement, all of which fail together
    /// @param keepIdentity whether values for identity columns are inserted rather than made by the table
    /// @param keepNulls whether a NULL stays one where the column has a default
    /// @param code of a row that the table refuses
    record Mode(boolean fast, boolean keepIdentity, boolean keepNulls, int code, Disposition onError) {}

    /// @param input place in the buffers
    /// @param defaulted whether the table has a default for it
    private record Target(
            String name,
            int input,
            String lineage,
            SsisType type,
            int sqlType,
            boolean defaulted,
            @Nullable Fit fit) {}

    private record TableColumn(String name, int sqlType, boolean defaulted, boolean identity) {}

    RowInserts(Wiring wiring, Connection connection, TableName table, Mode mode) throws SQLException {
        this.wiring = wiring;
        this.connection = connection;
        this.table = table;
        this.mode = mode;
        this.given = new Bound.Given(connection);
        targets(tableColumns());
        if (targets.isEmpty()) {
            throw wiring.invalid("no column of its input is mapped to a column of the table", Codes.INVALID);
        }
        this.together = mode.fast() ? Math.clamp(MOST_PARAMETERS / targets.size(), 1, MOST_ROWS) : 1;
    }

    private Map<String, TableColumn> tableColumns() throws SQLException {
        Map<String, TableColumn> columns = new LinkedHashMap<>();
        try (ResultSet rows =
                connection.getMetaData().getColumns(table.catalog(), table.schema(), table.name(), null)) {
            while (rows.next()) {
                String name = rows.getString("COLUMN_NAME");
                if (table.name().equalsIgnoreCase(rows.getString("TABLE_NAME"))) {
                    columns.put(
                            name.toLowerCase(Locale.ROOT),
                            new TableColumn(
                                    name,
                                    rows.getInt("DATA_TYPE"),
                                    rows.getString("COLUMN_DEF") != null,
                                    "YES".equals(rows.getString("IS_AUTOINCREMENT"))));
                }
            }
        }
        return columns;
    }

    private void targets(Map<String, TableColumn> columns) {
        Component.Input input = wiring.component().inputs().getFirst();
        for (Component.InputColumn c : input.columns()) {
            Component.ExternalColumn external = input.external().stream()
                    .filter(e -> e.id().equals(c.externalId()))
                    .findFirst()
                    .orElse(null);
            if (external == null && !c.externalId().isEmpty()) {
                throw wiring.invalid("its column '" + c.name() + "' is mapped to none of the table", Codes.INVALID);
            }
            if (external == null) {
                continue;
            }
            TableColumn column = columns.get(external.name().toLowerCase(Locale.ROOT));
            if (column == null && !columns.isEmpty()) {
                throw wiring.failed(
                        "the table " + table.sql() + " has no column '" + external.name() + "'", Codes.COLUMN_MISSING);
            }
            if (column != null && column.identity() && !mode.keepIdentity()) {
                continue;
            }
            int place = wiring.column(0, c.lineage());
            SsisType from = wiring.inputs().getFirst().column(place).type();
            SsisType to = TypeNames.of(external.type()).orElse(from);
            targets.add(new Target(
                    column == null ? external.name() : column.name(),
                    place,
                    c.lineage(),
                    to,
                    column == null ? Bound.sqlType(to) : column.sqlType(),
                    column != null && column.defaulted(),
                    from.equals(to) || !Fit.possible(from, to) ? null : new Fit(from, to)));
        }
    }

    /// @return rows inserted
    int insert(Buffer buffer, RowErrors errors) throws SQLException {
        List<@Nullable Object[]> rows = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        int inserted = 0;
        for (int row = 0; row < buffer.rows(); row++) {
            @Nullable Object[] values = values(buffer, row, errors);
            if (values == null) {
                continue;
            }
            if (!mode.keepNulls() && usesDefaults(values)) {
                inserted += send(List.<@Nullable Object[]>of(values), List.of(row), errors);
                continue;
            }
            rows.add(values);
            numbers.add(row);
            if (rows.size() == together) {
                inserted += send(rows, numbers, errors);
                rows.clear();
                numbers.clear();
            }
        }
        return inserted + (rows.isEmpty() ? 0 : send(rows, numbers, errors));
    }

    private boolean usesDefaults(@Nullable Object[] values) {
        for (int i = 0; i < values.length; i++) {
            if (values[i] == null && targets.get(i).defaulted()) {
                return true;
            }
        }
        return false;
    }

    /// The row's values as the table's types; null when the row has left.
    private @Nullable Object @Nullable [] values(Buffer buffer, int row, RowErrors errors) {
        @Nullable Object[] values = new Object[targets.size()];
        for (int i = 0; i < values.length; i++) {
            Target target = targets.get(i);
            Object value = buffer.value(target.input(), row);
            if (value == null || target.fit() == null) {
                values[i] = value;
                continue;
            }
            int code = 0;
            String detail = "";
            try {
                values[i] = target.fit().apply(value);
                if (target.fit().truncated()) {
                    code = TRUNCATED;
                    detail = "the value does not fit " + target.type();
                }
            } catch (RowFailure e) {
                code = CANNOT_CONVERT;
                detail = Objects.toString(e.getMessage(), "the value cannot be converted");
            }
            if (code != 0
                    && errors.redirected(
                            row,
                            target.lineage(),
                            target.name(),
                            mode.onError(),
                            code,
                            code == TRUNCATED ? Codes.FAILED_ON_TRUNCATION : Codes.FAILED_ON_ERROR,
                            detail)) {
                return null;
            }
        }
        return values;
    }

    private int send(List<@Nullable Object[]> rows, List<Integer> numbers, RowErrors errors) throws SQLException {
        Savepoint before = mode.onError() == Disposition.FAIL_COMPONENT || connection.getAutoCommit()
                ? null
                : connection.setSavepoint();
        try {
            execute(rows);
            if (before != null) {
                connection.releaseSavepoint(before);
            }
            return rows.size();
        } catch (SQLException e) {
            if (mode.onError() == Disposition.FAIL_COMPONENT) {
                throw e;
            }
            if (before != null) {
                connection.rollback(before);
            }
            for (int number : numbers) {
                errors.redirected(
                        number,
                        "",
                        "(row)",
                        mode.onError(),
                        mode.code(),
                        Codes.FAILED_ON_ERROR,
                        Objects.toString(e.getMessage(), "the table refuses the row"));
            }
            return 0;
        }
    }

    private void execute(List<@Nullable Object[]> rows) throws SQLException {
        BitSet left = new BitSet();
        if (!mode.keepNulls() && rows.size() == 1) {
            for (int i = 0; i < targets.size(); i++) {
                left.set(i, rows.getFirst()[i] == null && targets.get(i).defaulted());
            }
        }
        PreparedStatement statement = statement(rows.size(), left);
        int at = 1;
        for (@Nullable Object[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                if (!left.get(i)) {
                    given.set(statement, at++, row[i], targets.get(i).sqlType());
                }
            }
        }
        current = statement;
        try {
            statement.executeUpdate();
        } finally {
            current = null;
        }
    }

    private PreparedStatement statement(int rows, BitSet left) throws SQLException {
        String key = rows + ":" + left;
        PreparedStatement known = statements.get(key);
        if (known != null) {
            return known;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            if (!left.get(i)) {
                names.add(table.quoted(targets.get(i).name()));
            }
        }
        String sql;
        if (names.isEmpty()) {
            sql = "insert into " + table.sql() + " default values";
        } else {
            String row = names.stream().map(n -> "?").collect(Collectors.joining(", ", "(", ")"));
            sql = "insert into " + table.sql() + " (" + String.join(", ", names) + ") values "
                    + String.join(", ", java.util.Collections.nCopies(rows, row));
        }
        PreparedStatement made = connection.prepareStatement(sql);
        statements.put(key, made);
        return made;
    }

    void cancel() {
        PreparedStatement running = current;
        if (running != null) {
            try {
                running.cancel();
            } catch (SQLException e) {
                // It has ended by itself.
                current = null;
            }
        }
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
    }
}
