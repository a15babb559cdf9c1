package dev.sluice.ssis.engine.dataflow.combining;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Fit;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.dataflow.rows.Storage;
import dev.sluice.ssis.packages.Component;
import java.util.Arrays;

/// Which column of an input fills which column of the output; those that nothing fills are NULL.
final class Columnwise {
    private final Wiring wiring;
    private final Layout to;
    /// Column of the output to column of the input; -1 for NULL.
    private final int[] sources;

    private final Fit[] fits;

    private Columnwise(Wiring wiring, int input, Layout to, int[] sources) {
        this.wiring = wiring;
        this.to = to;
        this.sources = sources;
        this.fits = new Fit[sources.length];
        Layout from = wiring.inputs().get(input);
        for (int i = 0; i < sources.length; i++) {
            if (sources[i] >= 0) {
                fits[i] = new Fit(from.column(sources[i]).type(), to.column(i).type());
            }
        }
    }

    /// By the input columns' OutputColumnLineageID, as Union All and Merge have it.
    static Columnwise byOutputLineage(Wiring wiring, int input, int output) {
        Layout to = wiring.outputs().get(output);
        int[] sources = new int[to.size()];
        Arrays.fill(sources, -1);
        for (Component.InputColumn c : wiring.component().inputs().get(input).columns()) {
            int place = to.indexOf(References.lineage(References.text(c.properties(), "OutputColumnLineageID")));
            if (place >= 0) {
                sources[place] = wiring.column(input, c.lineage());
            }
        }
        return new Columnwise(wiring, input, to, sources);
    }

    static Columnwise of(Wiring wiring, int input, Layout to, int[] sources) {
        return new Columnwise(wiring, input, to, sources);
    }

    /// Sets the row being filled, without finishing it.
    void set(BufferBuilder into, Buffer from, int row) {
        for (int i = 0; i < sources.length; i++) {
            int source = sources[i];
            if (source < 0) {
                continue;
            }
            if (Storage.of(from.layout().column(source).type())
                    .equals(Storage.of(to.column(i).type()))) {
                into.copy(i, from.vector(source), row);
            } else {
                Object value = from.value(source, row);
                into.set(i, value == null ? null : fitted(i, value));
            }
        }
    }

    private Object fitted(int column, Object value) {
        Fit fit = fits[column];
        Object fitted = fit.apply(value);
        if (fit.truncated()) {
            throw RowErrors.failure(
                    wiring,
                    to.column(column).name(),
                    Codes.FAILED_ON_TRUNCATION.number(),
                    Codes.FAILED_ON_TRUNCATION,
                    "the value does not fit " + to.column(column).type());
        }
        return fitted;
    }

    /// Makes the columns that nothing fills NULL.
    void rest(BufferBuilder into) {
        for (int i = 0; i < sources.length; i++) {
            if (sources[i] < 0) {
                into.set(i, null);
            }
        }
    }
}
