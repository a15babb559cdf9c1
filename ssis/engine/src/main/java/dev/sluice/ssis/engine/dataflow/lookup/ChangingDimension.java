package dev.sluice.ssis.engine.dataflow.lookup;

import dev.sluice.ssis.engine.dataflow.Connections;
import dev.sluice.ssis.engine.dataflow.database.Dialect;
import dev.sluice.ssis.engine.dataflow.database.ResultColumns;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.RowStage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Column;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Slowly Changing Dimension: compares each row with the dimension's current row of the same business key
/// and leads it to one of the outputs Unchanged, New, Fixed, Changing, Historical, Inferred (in document
/// order). A row whose changing and historical columns have both changed goes to both outputs. Current rows
/// are read into memory before the first row.
public final class ChangingDimension implements RowStage {
    private static final int UNCHANGED = 0;
    private static final int NEW = 1;
    private static final int FIXED = 2;
    private static final int CHANGING = 3;
    private static final int HISTORICAL = 4;
    private static final int INFERRED = 5;

    private final Wiring wiring;
    private final int[] outputs;
    private final List<Compared> keys = new ArrayList<>();
    private final List<Compared> others = new ArrayList<>();
    private final Keys key;
    private final boolean allNew;
    private @Nullable ReferenceRows current;

    /// @param kind 1 key, 2 changing, 3 historical, 4 fixed
    private record Compared(int input, String column, SsisType type, int kind) {}

    public ChangingDimension(Wiring wiring) {
        this.wiring = wiring;
        this.outputs = wiring.mainOutputs();
        if (outputs.length < 6) {
            throw wiring.invalid("it does not have its six outputs", Codes.INVALID);
        }
        this.allNew = wiring.number("IncomingRowChangeType", 1) == 0;
        Component.Input input = wiring.component().inputs().getFirst();
        for (Component.InputColumn c : input.columns()) {
            int kind = References.number(c.properties(), "ColumnType", 0);
            int place = wiring.column(0, c.lineage());
            Column column = wiring.inputs().getFirst().column(place);
            String name = input.external().stream()
                    .filter(e -> e.id().equals(c.externalId()))
                    .map(Component.ExternalColumn::name)
                    .findFirst()
                    .orElse(column.name());
            if (kind == 1) {
                keys.add(new Compared(place, name, column.type(), kind));
            } else if (kind > 1) {
                others.add(new Compared(place, name, column.type(), kind));
            }
        }
        if (keys.isEmpty()) {
            throw wiring.invalid("no column of its input is a business key", Codes.INVALID);
        }
        this.key = new Keys(keys.stream().map(k -> Keys.Part.equal(k.input())).toList());
    }

    private String indicator() {
        return wiring.flag("EnableInferredMember", false)
                ? wiring.component().property("InferredMemberIndicator").replaceAll("[\\[\\]]", "")
                : "";
    }

    @Override
    public void prepare() throws SQLException {
        List<Column> columns = new ArrayList<>();
        Set<String> all = new HashSet<>();
        keys.forEach(k -> columns.add(new Column("c" + columns.size(), 0, k.column(), k.type())));
        others.forEach(o -> columns.add(new Column("c" + columns.size(), 0, o.column(), o.type())));
        if (!indicator().isBlank()) {
            columns.add(new Column("c" + columns.size(), 0, indicator(), SsisType.of(SsisType.Kind.BOOL)));
        }
        columns.forEach(c -> all.add(c.lineage()));
        Layout layout = new Layout(columns, all);
        int[] keyColumns = new int[keys.size()];
        Arrays.setAll(keyColumns, i -> i);
        ReferenceRows rows = new ReferenceRows(wiring, layout, keyColumns);
        current = rows;
        if (!allNew) {
            load(rows, layout);
        }
    }

    private void load(ReferenceRows into, Layout layout) throws SQLException {
        String where = wiring.component().property("CurrentRowWhere");
        String sql = wiring.component().property("SqlCommand");
        String text = where.isBlank() ? sql : "select * from (" + sql + ") dimension where " + where;
        try (Connections.Session session = wiring.around().connections().open(wiring.connection());
                PreparedStatement statement =
                        session.connection().prepareStatement(Dialect.text(session.connection(), text));
                ResultSet rows = statement.executeQuery()) {
            ResultColumns columns = ResultColumns.of(rows, layout);
            BufferBuilder builder = BufferBuilder.of(layout, wiring.around().sizing());
            while (rows.next()) {
                @Nullable Object[] values = columns.values(rows);
                for (int i = 0; i < values.length; i++) {
                    builder.set(i, values[i]);
                }
                builder.next();
                if (builder.full()) {
                    into.add(builder.take());
                }
            }
            into.add(builder.take());
        }
    }

    @Override
    public void rows(Buffer buffer, Outputs out) throws IOException, SQLException, InterruptedException {
        int[][] chosen = new int[6][buffer.rows()];
        int[] counts = new int[6];
        for (int row = 0; row < buffer.rows(); row++) {
            for (int output : decided(buffer, row)) {
                chosen[output][counts[output]++] = row;
            }
        }
        for (int i = 0; i < 6; i++) {
            if (counts[i] > 0 && wiring.hasOutput().get(outputs[i])) {
                out.send(outputs[i], buffer.select(wiring.outputs().get(outputs[i]), chosen[i], counts[i]));
            }
        }
    }

    private int[] decided(Buffer buffer, int row) {
        key.read(buffer, row);
        if (key.anyNull()) {
            throw RowErrors.failure(
                    wiring,
                    keys.getFirst().column(),
                    Codes.SCD_NULL_KEY.number(),
                    Codes.SCD_NULL_KEY,
                    "the business key is NULL");
        }
        ReferenceRows rows = Objects.requireNonNull(current);
        int number = rows.find(key.bytes(), key.length());
        if (number < 0) {
            if (wiring.flag("FailOnLookupFailure", false)) {
                throw RowErrors.failure(
                        wiring,
                        keys.getFirst().column(),
                        Codes.SCD_LOOKUP.number(),
                        Codes.SCD_LOOKUP,
                        "the dimension has no row of that business key");
            }
            return new int[] {NEW};
        }
        return inferred(rows, number) ? new int[] {INFERRED} : compared(buffer, row, rows, number);
    }

    private boolean inferred(ReferenceRows rows, int number) {
        if (!wiring.flag("EnableInferredMember", false)) {
            return false;
        }
        Buffer at = rows.buffer(number);
        if (!indicator().isBlank()) {
            return Boolean.TRUE.equals(at.value(keys.size() + others.size(), rows.row(number)));
        }
        for (int i = 0; i < others.size(); i++) {
            if (others.get(i).kind() == 2 && at.value(keys.size() + i, rows.row(number)) != null) {
                return false;
            }
        }
        return true;
    }

    private int[] compared(Buffer buffer, int row, ReferenceRows rows, int number) {
        boolean changing = false;
        boolean historical = false;
        boolean fixed = false;
        for (int i = 0; i < others.size(); i++) {
            Compared c = others.get(i);
            Object now = buffer.value(c.input(), row);
            Object before = rows.buffer(number).value(keys.size() + i, rows.row(number));
            if (!Objects.deepEquals(now, before)) {
                changing |= c.kind() == 2;
                historical |= c.kind() == 3;
                fixed |= c.kind() == 4;
                if (c.kind() == 4 && wiring.flag("FailOnFixedAttributeChange", false)) {
                    throw RowErrors.failure(
                            wiring,
                            c.column(),
                            Codes.SCD_FIXED_CHANGED.number(),
                            Codes.SCD_FIXED_CHANGED,
                            "a fixed attribute has changed");
                }
            }
        }
        if (fixed) {
            return new int[] {FIXED};
        }
        if (changing && historical) {
            return new int[] {CHANGING, HISTORICAL};
        }
        return new int[] {changing ? CHANGING : historical ? HISTORICAL : UNCHANGED};
    }

    @Override
    public void close() {
        if (current != null) {
            current.close();
            current = null;
        }
    }
}
