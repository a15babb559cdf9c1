package dev.sluice.ssis.engine.dataflow.blocking;

import dev.sluice.ssis.engine.dataflow.flow.Inputs;
import dev.sluice.ssis.engine.dataflow.flow.Operator;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.Scratch;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.packages.Component;
import java.io.IOException;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.Locale;
import java.util.SplittableRandom;

/// Row Sampling: exactly so many rows, each as likely as any other; the rest to the other output. All rows wait on disk
/// until it is known which ones they are.
public final class RowSampling implements Operator {
    private final Wiring wiring;

    public RowSampling(Wiring wiring) {
        this.wiring = wiring;
    }

    @Override
    public void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException {
        int wanted = Math.max(0, wiring.number("SamplingValue", 10));
        int seed = wiring.number("SamplingSeed", 0);
        SplittableRandom random = new SplittableRandom(
                seed == 0 ? wiring.around().call().scope().now().toEpochMilli() : seed);
        // Reservoir: row n takes a place with the probability wanted / n.
        int[] places = new int[wanted];
        int rows = 0;
        try (Scratch.Spill all = wiring.around()
                .scratch()
                .spill(wiring.component().name(), wiring.inputs().getFirst())) {
            for (Buffer buffer = in.next(0); buffer != null; buffer = in.next(0)) {
                all.write(buffer.select(
                        wiring.inputs().getFirst(),
                        java.util.stream.IntStream.range(0, buffer.rows()).toArray(),
                        buffer.rows()));
                for (int row = 0; row < buffer.rows(); row++, rows++) {
                    int place = rows < wanted ? rows : random.nextInt(rows + 1);
                    if (place < wanted) {
                        places[place] = rows;
                    }
                }
            }
            BitSet chosen = new BitSet(rows);
            for (int i = 0; i < Math.min(rows, wanted); i++) {
                chosen.set(places[i]);
            }
            deal(all, chosen, out);
        }
    }

    private void deal(Scratch.Spill all, BitSet chosen, Outputs out)
            throws IOException, SQLException, InterruptedException {
        int[] outputs = wiring.mainOutputs();
        int selected = selected(outputs);
        BufferBuilder[] builders = new BufferBuilder[outputs.length];
        for (int i = 0; i < outputs.length; i++) {
            builders[i] = wiring.builder(outputs[i]);
        }
        int number = 0;
        for (Buffer buffer = all.next(); buffer != null; buffer = all.next()) {
            for (int row = 0; row < buffer.rows(); row++, number++) {
                int to = chosen.get(number) ? selected : Math.min(1 - selected, outputs.length - 1);
                if (to < 0 || !wiring.hasOutput().get(outputs[to])) {
                    continue;
                }
                copy(builders[to], outputs[to], buffer, row);
                if (builders[to].full()) {
                    out.send(outputs[to], builders[to].take());
                }
            }
        }
        for (int i = 0; i < outputs.length; i++) {
            out.send(outputs[i], builders[i].take());
        }
    }

    private int selected(int[] outputs) {
        for (int i = 0; i < outputs.length; i++) {
            if (Wiring.flag(
                    References.text(wiring.component().outputs().get(outputs[i]).properties(), "Selected"))) {
                return i;
            }
        }
        return 0;
    }

    /// By the output column's InputColumnLineageID; by its name where the package does not say.
    private void copy(BufferBuilder into, int output, Buffer buffer, int row) {
        for (Component.OutputColumn c : wiring.component().outputs().get(output).columns()) {
            String lineage = c.properties().entrySet().stream()
                    .filter(e -> e.getKey().toLowerCase(Locale.ROOT).contains("lineageid"))
                    .map(e -> References.lineage(e.getValue().text()))
                    .findFirst()
                    .orElse("");
            int from = buffer.layout().indexOf(lineage);
            for (int i = 0; from < 0 && i < buffer.layout().size(); i++) {
                from = buffer.has(i) && buffer.layout().column(i).name().equals(c.name()) ? i : from;
            }
            if (from >= 0) {
                into.copy(into.layout().indexOf(c.lineage()), buffer.vector(from), row);
            } else {
                into.set(into.layout().indexOf(c.lineage()), null);
            }
        }
        into.next();
    }
}
