package dev.sluice.ssis.engine.dataflow.rowwise;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Stage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Derived Column: new columns are output columns with an expression, replaced ones are input columns that are written.
public final class DerivedColumn {
    private DerivedColumn() {}

    public static Stage of(Wiring wiring) {
        List<ComputedColumns.Target> targets = new ArrayList<>();
        int main = wiring.mainOutputs()[0];
        for (Component.OutputColumn c : wiring.component().outputs().get(main).columns()) {
            int place = wiring.own(main, c);
            targets.add(new ComputedColumns.Target(
                    place,
                    c.lineage(),
                    c.name(),
                    wiring.outputs().get(main).column(place).type(),
                    c.onError(),
                    c.onTruncation(),
                    0,
                    Codes.EXPRESSION_TRUNCATED.number(),
                    source(RowExpression.of(wiring, c.properties(), c.id()))));
        }
        for (Component.InputColumn c : wiring.component().inputs().getFirst().columns()) {
            if (c.readWrite() && c.properties().containsKey("Expression")) {
                int place = wiring.column(0, c.lineage());
                targets.add(new ComputedColumns.Target(
                        place,
                        c.lineage(),
                        wiring.inputs().getFirst().column(place).name(),
                        wiring.inputs().getFirst().column(place).type(),
                        c.onError(),
                        c.onTruncation(),
                        0,
                        Codes.EXPRESSION_TRUNCATED.number(),
                        source(RowExpression.of(wiring, c.properties(), c.id()))));
            }
        }
        return new ComputedColumns(wiring, targets);
    }

    private static ComputedColumns.Source source(RowExpression expression) {
        return new ComputedColumns.Source() {
            @Override
            public SsisType type() {
                return expression.type();
            }

            @Override
            public void begin(Buffer buffer) {
                expression.begin(buffer);
            }

            @Override
            public @Nullable Object value(Buffer buffer, int row) {
                return expression.value(row);
            }
        };
    }
}
