package dev.sluice.ssis.engine.dataflow.rowwise;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Outputs;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.flow.RowErrors;
import dev.sluice.ssis.engine.dataflow.flow.RowStage;
import dev.sluice.ssis.engine.dataflow.flow.Stage;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.engine.expression.SsisType;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Component.Disposition;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Components that lead rows to outputs: Conditional Split, Multicast, Percentage Sampling, CDC Splitter, Balanced Data
/// Distributor.
public final class Splitting {
    private Splitting() {}

    public static Stage multicast(Wiring wiring) {
        return Routing.everywhere(wiring);
    }

    /// Conditions in the order of EvaluationOrder; the first that is TRUE wins.
    public static Stage conditional(Wiring wiring) {
        return new Conditional(wiring);
    }

    private record Condition(int output, Component.Output record, RowExpression expression, int order) {}

    private static final class Conditional implements RowStage {
        private final Wiring wiring;
        private final List<Condition> conditions = new ArrayList<>();
        private final Routing routing;
        private final RowErrors errors;
        private int otherwise = -1;

        Conditional(Wiring wiring) {
            this.wiring = wiring;
            this.routing = new Routing(wiring);
            this.errors = new RowErrors(wiring);
            for (int i : wiring.mainOutputs()) {
                Component.Output output = wiring.component().outputs().get(i);
                if (Wiring.flag(References.text(output.properties(), "IsDefaultOut"))) {
                    otherwise = i;
                } else if (output.properties().containsKey("Expression")
                        || output.properties().containsKey("FriendlyExpression")) {
                    RowExpression expression = RowExpression.of(wiring, output.properties(), output.id());
                    if (expression.type().kind() != SsisType.Kind.BOOL) {
                        throw wiring.invalid(
                                "the condition of '" + output.name() + "' gives " + expression.type()
                                        + " and not DT_BOOL",
                                Codes.INVALID);
                    }
                    conditions.add(new Condition(
                            i, output, expression, References.number(output.properties(), "EvaluationOrder", i)));
                }
            }
            conditions.sort(Comparator.comparingInt(Condition::order));
        }

        @Override
        public void rows(Buffer buffer, Outputs out) throws IOException, SQLException, InterruptedException {
            routing.begin(buffer.rows());
            errors.begin(buffer.rows());
            conditions.forEach(c -> c.expression().begin(buffer));
            for (int row = 0; row < buffer.rows(); row++) {
                int output = output(row);
                if (output >= 0 && !errors.left(row)) {
                    routing.add(output, row);
                }
            }
            errors.send(buffer, out);
            routing.send(buffer, out);
        }

        private int output(int row) {
            for (Condition c : conditions) {
                Object value;
                try {
                    value = c.expression().value(row);
                } catch (RowFailure e) {
                    if (failed(c, row, e.code().number(), Codes.FAILED_ON_ERROR, e.getMessage())) {
                        return -1;
                    }
                    continue;
                }
                if (value == null) {
                    int code = Codes.CONDITION_NULL.number();
                    if (failed(c, row, code, Codes.CONDITION_NULL, "the condition is NULL")) {
                        return -1;
                    }
                } else if (Boolean.TRUE.equals(value)) {
                    return c.output();
                }
            }
            return otherwise;
        }

        /// @return whether the row leaves; a fault that is ignored counts as FALSE
        private boolean failed(Condition c, int row, int code, Codes failure, @Nullable String detail) {
            return errors.redirected(
                    row,
                    "",
                    c.record().name(),
                    c.record().onError() == Disposition.NOT_USED
                            ? Disposition.FAIL_COMPONENT
                            : c.record().onError(),
                    code,
                    failure,
                    detail == null ? "the condition failed" : detail);
        }
    }

    /// Each row by itself goes to the selected output with the probability that was set.
    public static Stage percentage(Wiring wiring) {
        int percent = wiring.number("SamplingValue", 10);
        int seed = wiring.number("SamplingSeed", 0);
        SplittableRandom random = new SplittableRandom(
                seed == 0 ? wiring.around().call().scope().now().toEpochMilli() : seed);
        int selected = selected(wiring);
        int other = java.util.Arrays.stream(wiring.mainOutputs())
                .filter(i -> i != selected)
                .findFirst()
                .orElse(selected);
        Routing routing = new Routing(wiring);
        return (RowStage) (buffer, out) -> {
            routing.begin(buffer.rows());
            for (int row = 0; row < buffer.rows(); row++) {
                routing.add(random.nextInt(100) < percent ? selected : other, row);
            }
            routing.send(buffer, out);
        };
    }

    /// The output with the property `Selected`; the first where none has it.
    public static int selected(Wiring wiring) {
        for (int i : wiring.mainOutputs()) {
            if (Wiring.flag(References.text(wiring.component().outputs().get(i).properties(), "Selected"))) {
                return i;
            }
        }
        return wiring.mainOutputs()[0];
    }

    /// Whole buffers to one attached output after another.
    public static Stage distributor(Wiring wiring) {
        int[] attached = java.util.Arrays.stream(wiring.mainOutputs())
                .filter(i -> wiring.hasOutput().get(i))
                .toArray();
        int[] next = {0};
        return (RowStage) (buffer, out) -> {
            if (attached.length > 0) {
                int output = attached[next[0]++ % attached.length];
                out.send(output, buffer.as(wiring.outputs().get(output)));
            }
        };
    }

    /// By `__$operation`: 1 delete, 2 insert, 4 update, 5 merged update; outputs in document order are insert, update,
    /// delete.
    public static Stage cdc(Wiring wiring) {
        int operation = -1;
        for (int i = 0; i < wiring.inputs().getFirst().size(); i++) {
            if (wiring.inputs().getFirst().column(i).name().equalsIgnoreCase("__$operation")) {
                operation = i;
            }
        }
        int[] outputs = wiring.mainOutputs();
        if (operation < 0 || outputs.length < 3) {
            throw wiring.invalid("no column '__$operation' arrives at its input", Codes.LINEAGE_MISSING);
        }
        int column = operation;
        RowErrors errors = new RowErrors(wiring);
        Routing routing = new Routing(wiring);
        return (RowStage) (buffer, out) -> {
            routing.begin(buffer.rows());
            errors.begin(buffer.rows());
            for (int row = 0; row < buffer.rows(); row++) {
                Object value = buffer.value(column, row);
                switch (value instanceof Long n ? n.intValue() : -1) {
                    case 2 -> routing.add(outputs[0], row);
                    case 4, 5 -> routing.add(outputs[1], row);
                    case 1 -> routing.add(outputs[2], row);
                    default ->
                        errors.redirected(
                                row,
                                wiring.inputs().getFirst().column(column).lineage(),
                                "__$operation",
                                wiring.errorOutput().isPresent()
                                        ? Disposition.REDIRECT_ROW
                                        : Disposition.FAIL_COMPONENT,
                                Codes.PROCESS.number(),
                                Codes.PROCESS,
                                "there is no operation " + value);
                }
            }
            errors.send(buffer, out);
            routing.send(buffer, out);
        };
    }

    /// Row Count: the variable is set when the data flow ends.
    public static Stage rowCount(Wiring wiring) {
        String variable = wiring.component().property("VariableName");
        long[] rows = {0};
        return new RowStage() {
            @Override
            public void prepare() {
                wiring.around().call().scope().require(variable);
            }

            @Override
            public void rows(Buffer buffer, Outputs out) throws IOException, SQLException, InterruptedException {
                rows[0] += buffer.rows();
                if (wiring.mainOutputs().length > 0) {
                    int main = wiring.mainOutputs()[0];
                    out.send(main, buffer.as(wiring.outputs().get(main)));
                }
            }

            @Override
            public void completed() {
                wiring.around().call().scope().require(variable).set(rows[0]);
            }
        };
    }
}
