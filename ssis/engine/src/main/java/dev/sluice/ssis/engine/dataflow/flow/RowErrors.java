package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.data.batch.Vector;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Cells;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.dataflow.rows.Storage;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Component.Disposition;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Rows of one buffer that cannot be used, as the dispositions say: the component fails, the value is left out, or the
/// row leaves by the error output with the code and the column. One thread; [#begin] for each buffer.
public final class RowErrors {
    private final Wiring wiring;
    private final int output;
    private int[] codes = new int[0];
    private int[] columns = new int[0];
    private boolean[] out = new boolean[0];
    private int count;

    public RowErrors(Wiring wiring) {
        this.wiring = wiring;
        this.output = wiring.errorOutput().orElse(-1);
    }

    public void begin(int rows) {
        codes = new int[rows];
        columns = new int[rows];
        out = new boolean[rows];
        count = 0;
    }

    /// What becomes of a value that is not there or is not right.
    ///
    /// @param column lineage of the column; empty when the whole row is at fault
    /// @param name for people
    /// @param failure the component's own code when it fails by this
    /// @return whether the row leaves; otherwise the fault is to be ignored
    public boolean redirected(
            int row, String column, String name, Disposition disposition, int code, Codes failure, String detail) {
        return switch (disposition) {
            case IGNORE_FAILURE -> out[row];
            case REDIRECT_ROW -> {
                redirect(row, wiring.numbers().of(column), code);
                yield true;
            }
            case NOT_USED, FAIL_COMPONENT -> throw failure(wiring, name, code, failure, detail);
        };
    }

    /// The row leaves; the first reason counts.
    public void redirect(int row, int column, int code) {
        if (!out[row]) {
            out[row] = true;
            codes[row] = code;
            columns[row] = column;
            count++;
        }
    }

    public static ProblemException failure(Wiring wiring, String name, int code, Codes failure, String detail) {
        return SsisFaults.ROW_FAILED
                .problem()
                .at(wiring.component().id())
                .evidence("component", wiring.component().name())
                .evidence("column", name)
                .evidence("detail", detail)
                .evidence("rowCode", Codes.hex(code))
                .evidence("ssisCode", failure.hex())
                .exception();
    }

    public boolean any() {
        return count > 0;
    }

    public boolean left(int row) {
        return out[row];
    }

    /// Sends the rows that leave, as they came in.
    public void send(Buffer input, Outputs to) throws IOException, SQLException, InterruptedException {
        if (count == 0 || output < 0 || !wiring.hasOutput().get(output)) {
            return;
        }
        int[] rows = new int[count];
        int n = 0;
        for (int row = 0; row < out.length; row++) {
            if (out[row]) {
                rows[n++] = row;
            }
        }
        to.send(output, marked(input.select(wiring.outputs().get(output), rows, n), rows));
    }

    private Buffer marked(Buffer selected, int[] rows) {
        Layout layout = wiring.outputs().get(output);
        @Nullable Vector[] vectors = selected.vectors();
        List<Component.OutputColumn> own =
                wiring.component().outputs().get(output).columns();
        for (Component.OutputColumn column : own) {
            int at = layout.indexOf(column.lineage());
            int[] values = column.special() == 1 ? codes : columns;
            if (column.special() == 1 || column.special() == 2) {
                Vector v = Storage.vector(layout.column(at).type(), rows.length);
                for (int i = 0; i < rows.length; i++) {
                    Cells.set(v, layout.column(at).type(), i, (long) values[rows[i]]);
                }
                vectors[at] = v;
            }
        }
        return new Buffer(layout, vectors, rows.length);
    }

    /// The rows that stay.
    public Buffer kept(Buffer buffer) {
        if (count == 0) {
            return buffer;
        }
        int[] rows = new int[out.length - count];
        int n = 0;
        for (int row = 0; row < out.length; row++) {
            if (!out[row]) {
                rows[n++] = row;
            }
        }
        return buffer.select(buffer.layout(), rows, n);
    }
}
