package dev.sluice.ssis.engine.dataflow.rowwise;

import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.RowStage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import java.io.IOException;
import java.sql.SQLException;

/// Sends the rows of a buffer to one output each.
final class Routing {
    private final Wiring wiring;
    private final int[][] rows;
    private final int[] counts;

    Routing(Wiring wiring) {
        this.wiring = wiring;
        this.rows = new int[wiring.component().outputs().size()][];
        this.counts = new int[rows.length];
    }

    void begin(int most) {
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] == null || rows[i].length < most) {
                rows[i] = new int[most];
            }
            counts[i] = 0;
        }
    }

    void add(int output, int row) {
        rows[output][counts[output]++] = row;
    }

    void send(Buffer buffer, Outputs out) throws IOException, SQLException, InterruptedException {
        for (int i = 0; i < rows.length; i++) {
            if (counts[i] > 0 && wiring.hasOutput().get(i)) {
                out.send(
                        i,
                        counts[i] == buffer.rows()
                                ? buffer.as(wiring.outputs().get(i))
                                : buffer.select(wiring.outputs().get(i), rows[i], counts[i]));
            }
        }
    }

    /// Multicast: every row to every output.
    static RowStage everywhere(Wiring wiring) {
        return (buffer, out) -> {
            for (int i = 0; i < wiring.outputs().size(); i++) {
                out.send(i, buffer.as(wiring.outputs().get(i)));
            }
        };
    }
}
