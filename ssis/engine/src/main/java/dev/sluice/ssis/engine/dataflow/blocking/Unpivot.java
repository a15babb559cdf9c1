package dev.sluice.ssis.engine.dataflow.blocking;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Fit;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.packages.Component;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Unpivot: a row for each pivoted column that is not NULL, and one row where all of them are.
public final class Unpivot implements Operator {
    private final Wiring wiring;
    private final int main;
    private final Layout layout;
    private final List<int[]> passed = new ArrayList<>();
    /// Per pivot key the values' places in input and output.
    private final Map<String, List<int[]>> pivoted = new LinkedHashMap<>();

    private final int keyPlace;

    public Unpivot(Wiring wiring) {
        this.wiring = wiring;
        this.main = wiring.mainOutputs()[0];
        this.layout = wiring.outputs().get(main);
        int key = -1;
        for (Component.OutputColumn c : wiring.component().outputs().get(main).columns()) {
            if (Wiring.flag(References.text(c.properties(), "PivotKey"))) {
                key = layout.indexOf(c.lineage());
            }
        }
        if (key < 0) {
            throw wiring.invalid("no column of its output takes the pivot key", Codes.INVALID);
        }
        this.keyPlace = key;
        for (Component.InputColumn c : wiring.component().inputs().getFirst().columns()) {
            int from = wiring.column(0, c.lineage());
            int to = layout.indexOf(References.lineage(References.text(c.properties(), "DestinationColumn")));
            if (to < 0) {
                continue;
            }
            String value = References.text(c.properties(), "PivotKeyValue");
            if (value.isEmpty()) {
                passed.add(new int[] {from, to});
            } else {
                pivoted.computeIfAbsent(value, k -> new ArrayList<>()).add(new int[] {from, to});
            }
        }
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException {
        BufferBuilder rows = wiring.builder(main);
        for (Buffer buffer = in.next(0); buffer != null; buffer = in.next(0)) {
            for (int row = 0; row < buffer.rows(); row++) {
                boolean any = false;
                for (Map.Entry<String, List<int[]>> entry : pivoted.entrySet()) {
                    if (present(buffer, row, entry.getValue())) {
                        any = true;
                        emit(buffer, row, entry.getKey(), entry.getValue(), rows, out);
                    }
                }
                if (!any) {
                    emit(buffer, row, null, List.of(), rows, out);
                }
            }
        }
        out.send(main, rows.take());
    }

    private static boolean present(Buffer buffer, int row, List<int[]> columns) {
        return columns.stream().anyMatch(c -> !buffer.vector(c[0]).isNull(row));
    }

    private void emit(Buffer buffer, int row, @Nullable String key, List<int[]> values, BufferBuilder rows, Outputs out)
            throws IOException, SQLException, InterruptedException {
        @Nullable Object[] filled = new Object[layout.size()];
        if (key != null) {
            filled[keyPlace] =
                    new Fit(dev.sluice.ssis.engine.expression.SsisType.wide(key.length()), type(keyPlace)).apply(key);
        }
        for (List<int[]> group : List.of(passed, values)) {
            for (int[] c : group) {
                Object value = buffer.value(c[0], row);
                filled[c[1]] = value == null
                        ? null
                        : new Fit(buffer.layout().column(c[0]).type(), type(c[1])).apply(value);
            }
        }
        for (int i = 0; i < filled.length; i++) {
            rows.set(i, filled[i]);
        }
        rows.next();
        if (rows.full()) {
            out.send(main, rows.take());
        }
    }

    private dev.sluice.ssis.engine.expression.SsisType type(int place) {
        return layout.column(place).type();
    }
}
