package dev.sluice.ssis.engine.dataflow.blocking;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Fit;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.expression.Convert;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Pivot: the rows of a set, which come one after another, as one row. A pivot key that no column has is an
/// error unless such rows are to be passed over.
public final class Pivot implements Operator {
    private static final SsisType ROOMY = new SsisType(SsisType.Kind.WSTR, Integer.MAX_VALUE, 0, 0, 0);

    private final Wiring wiring;
    private final int main;
    private final Keys setKeys;
    private final int pivotKey;
    private final List<Target> targets = new ArrayList<>();
    private final boolean unmatchedPass;

    /// @param key of the column that a value goes to; null for a column that is the same for the whole set
    private record Target(int place, int source, @Nullable String key, SsisType from, SsisType to) {}

    public Pivot(Wiring wiring) {
        this.wiring = wiring;
        this.main = wiring.mainOutputs()[0];
        this.unmatchedPass = wiring.flag("PassThroughUnmatchedPivotKeys", false);
        List<Keys.Part> set = new ArrayList<>();
        int key = -1;
        Map<String, Integer> usage = new HashMap<>();
        for (Component.InputColumn c : wiring.component().inputs().getFirst().columns()) {
            int use = References.number(c.properties(), "PivotUsage", 0);
            int place = wiring.column(0, c.lineage());
            usage.put(c.lineage(), use);
            if (use == 1) {
                set.add(Keys.Part.equal(place));
            } else if (use == 2) {
                key = place;
            }
        }
        if (key < 0) {
            throw wiring.invalid("no column of its input is the pivot key", Codes.INVALID);
        }
        this.pivotKey = key;
        this.setKeys = new Keys(set);
        Layout layout = wiring.outputs().get(main);
        for (Component.OutputColumn c : wiring.component().outputs().get(main).columns()) {
            String lineage = References.lineage(References.text(c.properties(), "SourceColumn"));
            int source = wiring.column(0, lineage);
            int place = layout.indexOf(c.lineage());
            boolean value = usage.getOrDefault(lineage, 0) == 3;
            targets.add(new Target(
                    place,
                    source,
                    value ? References.text(c.properties(), "PivotKeyValue") : null,
                    wiring.inputs().getFirst().column(source).type(),
                    layout.column(place).type()));
        }
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException {
        BufferBuilder rows = wiring.builder(main);
        @Nullable Object[] row = new Object[targets.size()];
        boolean[] filled = new boolean[targets.size()];
        byte[] set = new byte[0];
        boolean open = false;
        for (Buffer buffer = in.next(0); buffer != null; buffer = in.next(0)) {
            for (int r = 0; r < buffer.rows(); r++) {
                setKeys.read(buffer, r);
                byte[] now = setKeys.copy();
                if (!open || !Arrays.equals(set, now)) {
                    if (open) {
                        emit(rows, row, out);
                    }
                    open = true;
                    set = now;
                    Arrays.fill(row, null);
                    Arrays.fill(filled, false);
                    begin(buffer, r, row);
                }
                put(buffer, r, row, filled);
            }
        }
        if (open) {
            emit(rows, row, out);
        }
        out.send(main, rows.take());
    }

    private void begin(Buffer buffer, int r, @Nullable Object[] row) {
        for (int i = 0; i < row.length; i++) {
            if (targets.get(i).key() == null) {
                row[i] = buffer.value(targets.get(i).source(), r);
            }
        }
    }

    private void put(Buffer buffer, int r, @Nullable Object[] row, boolean[] filled) {
        String key =
                text(buffer.value(pivotKey, r), buffer.layout().column(pivotKey).type());
        boolean known = false;
        for (int i = 0; i < row.length; i++) {
            Target target = targets.get(i);
            if (target.key() != null && target.key().equals(key)) {
                if (filled[i]) {
                    throw RowErrors.failure(
                            wiring,
                            wiring.outputs().get(main).column(target.place()).name(),
                            Codes.PIVOT_DUPLICATE.number(),
                            Codes.PIVOT_DUPLICATE,
                            "the pivot key '" + key + "' comes more than once in a set");
                }
                known = true;
                filled[i] = true;
                row[i] = buffer.value(target.source(), r);
            }
        }
        if (!known && !unmatchedPass) {
            throw RowErrors.failure(
                    wiring,
                    buffer.layout().column(pivotKey).name(),
                    Codes.PIVOT_UNKNOWN.number(),
                    Codes.PIVOT_UNKNOWN,
                    "no output column has the pivot key '" + key + "'");
        }
    }

    private static String text(@Nullable Object value, SsisType type) {
        return value == null ? "" : value instanceof String s ? s : (String) Convert.value(value, type, ROOMY);
    }

    private void emit(BufferBuilder rows, @Nullable Object[] row, Outputs out)
            throws IOException, SQLException, InterruptedException {
        for (int i = 0; i < row.length; i++) {
            Target target = targets.get(i);
            Object value = row[i];
            rows.set(
                    target.place(),
                    value == null || target.from().equals(target.to())
                            ? value
                            : new Fit(target.from(), target.to()).apply(value));
        }
        rows.next();
        if (rows.full()) {
            out.send(main, rows.take());
        }
    }
}
