package dev.sluice.ssis.engine.dataflow.combining;

import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Keys;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/// Merge: two sorted inputs as one; of equal rows that of the first input comes first.
public final class Merge implements Operator {
    private final Wiring wiring;
    private final int main;
    private final List<List<Keys.Part>> keys;

    public Merge(Wiring wiring) {
        this.wiring = wiring;
        this.main = wiring.mainOutputs()[0];
        this.keys = List.of(SortKeys.of(wiring, 0), SortKeys.of(wiring, 1));
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException {
        SortedInput[] inputs = new SortedInput[2];
        Columnwise[] maps = new Columnwise[2];
        boolean[] more = new boolean[2];
        for (int i = 0; i < 2; i++) {
            inputs[i] = new SortedInput(wiring, in, i, keys.get(i));
            maps[i] = Columnwise.byOutputLineage(wiring, i, main);
            more[i] = inputs[i].next();
        }
        BufferBuilder rows = wiring.builder(main);
        while (more[0] || more[1]) {
            boolean first = more[0] && (!more[1] || Keys.compare(inputs[0].key(), inputs[1].key()) <= 0);
            int i = first ? 0 : 1;
            maps[i].set(rows, inputs[i].buffer(), inputs[i].row());
            maps[i].rest(rows);
            rows.next();
            if (rows.full()) {
                out.send(main, rows.take());
            }
            more[i] = inputs[i].next();
        }
        out.send(main, rows.take());
    }
}
