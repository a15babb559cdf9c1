package dev.sluice.ssis.engine.dataflow.combining;

import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import java.io.IOException;
import java.sql.SQLException;

/// Union All: rows in the order in which buffers arrive.
public final class UnionAll implements Operator {
    private final Wiring wiring;
    private final int main;

    public UnionAll(Wiring wiring) {
        this.wiring = wiring;
        this.main = wiring.mainOutputs()[0];
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException {
        Columnwise[] maps = new Columnwise[wiring.inputs().size()];
        for (int i = 0; i < maps.length; i++) {
            if (wiring.hasInput().get(i)) {
                maps[i] = Columnwise.byOutputLineage(wiring, i, main);
            }
        }
        BufferBuilder rows = wiring.builder(main);
        for (Inputs.Arrival next = in.nextOfAny(); next != null; next = in.nextOfAny()) {
            Columnwise map = maps[next.input()];
            Buffer buffer = next.buffer();
            for (int row = 0; row < buffer.rows(); row++) {
                map.set(rows, buffer, row);
                map.rest(rows);
                rows.next();
                if (rows.full()) {
                    out.send(main, rows.take());
                }
            }
        }
        out.send(main, rows.take());
    }
}
