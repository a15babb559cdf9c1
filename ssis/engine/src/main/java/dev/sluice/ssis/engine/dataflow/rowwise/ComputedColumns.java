package dev.sluice.ssis.engine.dataflow.rowwise;

import dev.sluice.data.batch.Vector;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.RowStage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Cells;
import dev.sluice.ssis.engine.dataflow.rows.Fit;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.dataflow.rows.Storage;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component.Disposition;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Computes columns row by row from the values that came in: none sees another's result.
final class ComputedColumns implements RowStage {
    private final List<Target> targets;
    private final int main;
    private final Layout layout;
    private final RowErrors errors;

    /// What gives a column its values.
    interface Source {
        SsisType type();

        default void begin(Buffer buffer) {}

        /// @throws RowFailure when the row has no value
        @Nullable
        Object value(Buffer buffer, int row);
    }

    /// A column to compute.
    ///
    /// @param place in the output's layout
    /// @param lineage for ErrorColumn
    /// @param errorCode of a row without a value; 0: the failure's own
    /// @param truncationCode of a row whose value does not fit
    record Target(
            int place,
            String lineage,
            String name,
            SsisType type,
            Disposition onError,
            Disposition onTruncation,
            int errorCode,
            int truncationCode,
            Source source) {}

    ComputedColumns(Wiring wiring, List<Target> targets) {
        this.targets = List.copyOf(targets);
        this.main = wiring.mainOutputs()[0];
        this.layout = wiring.outputs().get(main);
        this.errors = new RowErrors(wiring);
        for (Target t : targets) {
            if (!Fit.possible(t.source().type(), t.type())) {
                throw wiring.invalid(
                        "the column '" + t.name() + "' of the type " + t.type() + " cannot take a "
                                + t.source().type(),
                        Codes.INVALID);
            }
        }
    }

    @Override
    public void rows(Buffer buffer, Outputs out) throws IOException, SQLException, InterruptedException {
        errors.begin(buffer.rows());
        Buffer wide = buffer.as(layout);
        @Nullable Vector[] vectors = wide.vectors();
        for (Target target : targets) {
            vectors[target.place()] = computed(target, buffer);
        }
        Buffer full = new Buffer(layout, vectors, buffer.rows());
        if (errors.any()) {
            errors.send(buffer, out);
            full = errors.kept(full);
        }
        out.send(main, full);
    }

    private Vector computed(Target target, Buffer buffer) {
        Vector vector = Storage.vector(target.type(), buffer.rows());
        Fit fit = new Fit(target.source().type(), target.type());
        target.source().begin(buffer);
        for (int row = 0; row < buffer.rows(); row++) {
            Cells.set(vector, target.type(), row, value(target, fit, buffer, row));
        }
        return vector;
    }

    private @Nullable Object value(Target target, Fit fit, Buffer buffer, int row) {
        try {
            Object value = target.source().value(buffer, row);
            if (value == null) {
                return null;
            }
            Object fitted = fit.apply(value);
            if (fit.truncated()) {
                boolean leaves = errors.redirected(
                        row,
                        target.lineage(),
                        target.name(),
                        target.onTruncation(),
                        target.truncationCode(),
                        Codes.FAILED_ON_TRUNCATION,
                        "the value does not fit " + target.type());
                return leaves ? null : fitted;
            }
            return fitted;
        } catch (RowFailure e) {
            int code = target.errorCode() == 0 ? e.code().number() : target.errorCode();
            errors.redirected(
                    row,
                    target.lineage(),
                    target.name(),
                    target.onError(),
                    code,
                    Codes.FAILED_ON_ERROR,
                    Objects.toString(e.getMessage(), ""));
            return null;
        }
    }
}
