package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Column;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.packages.Component;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/// One component in its data flow: what it is built from.
///
/// @param inputs layout of what comes, by place of the input; without columns where it has no path
/// @param outputs layout of what is to be sent, by place of the output
/// @param hasInput whether a path leads to the input
/// @param hasOutput whether a path begins at the output
public record Wiring(
        Component component,
        List<Layout> inputs,
        List<Layout> outputs,
        List<Boolean> hasInput,
        List<Boolean> hasOutput,
        ColumnNumbers numbers,
        Surroundings around) {
    /// The place of a column of an input.
    ///
    /// @throws ProblemException when nothing of that lineage arrives
    public int column(int input, String lineage) {
        int index = inputs.get(input).indexOf(lineage);
        if (index < 0) {
            throw invalid("nothing with the lineage '" + lineage + "' arrives at its input", Codes.LINEAGE_MISSING);
        }
        return index;
    }

    /// The place of a column of an output's own among all that is sent there.
    public int own(int output, Component.OutputColumn column) {
        return outputs.get(output).indexOf(column.lineage());
    }

    public Column columnOf(int input, String lineage) {
        return inputs.get(input).column(column(input, lineage));
    }

    /// The output that rows with errors leave by.
    public OptionalInt errorOutput() {
        return IntStream.range(0, component.outputs().size())
                .filter(i -> component.outputs().get(i).error())
                .findFirst();
    }

    /// Outputs that are not for errors, in document order.
    public int[] mainOutputs() {
        return IntStream.range(0, component.outputs().size())
                .filter(i -> !component.outputs().get(i).error())
                .toArray();
    }

    public BufferBuilder builder(int output) {
        return BufferBuilder.of(outputs.get(output), around.sizing());
    }

    /// The reference of the component's connection manager.
    ///
    /// @throws ProblemException I05: the component that refers to a connection manager that is not there
    public String connection() {
        String reference = reference();
        if (!around.connections().has(reference)) {
            throw SsisFaults.CONNECTION_MISSING
                    .problem()
                    .at(component.id())
                    .evidence("connection", reference)
                    .evidence("user", "component '" + component.name() + "'")
                    .evidence("ssisCode", "0xC001000E")
                    .exception();
        }
        return reference;
    }

    private String reference() {
        if (component.connections().isEmpty()) {
            throw invalid("it has no connection manager", Codes.CONNECTION_MISSING);
        }
        Component.Connection c = component.connections().getFirst();
        return c.reference().isBlank()
                        || c.reference().endsWith(":invalid")
                                && !c.managerRefId().isBlank()
                ? c.managerRefId()
                : c.reference();
    }

    public int number(String property, int otherwise) {
        try {
            String text = component.property(property).strip();
            return text.isEmpty() ? otherwise : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw invalid("its property " + property + " is no number", Codes.PROPERTY);
        }
    }

    public boolean flag(String property, boolean otherwise) {
        String text = component.property(property).strip();
        return text.isEmpty() ? otherwise : flag(text);
    }

    /// As packages write truth: `true`, `True`, `1`, `-1`.
    public static boolean flag(String text) {
        return text.equalsIgnoreCase("true") || text.equals("1") || text.equals("-1");
    }

    /// The component as it stands in the package cannot be run.
    public ProblemException invalid(String detail, Codes code) {
        return SsisFaults.COMPONENT_INVALID
                .problem()
                .at(component.id())
                .evidence("component", component.name())
                .evidence("type", component.typeName())
                .evidence("detail", detail)
                .evidence("ssisCode", code.hex())
                .exception();
    }

    /// It failed while it ran.
    public ProblemException failed(String detail, Codes code) {
        return SsisFaults.COMPONENT_FAILED
                .problem()
                .at(component.id())
                .evidence("component", component.name())
                .evidence("detail", detail)
                .evidence("ssisCode", code.hex())
                .exception();
    }

    public ProblemException file(java.nio.file.Path file, String detail, Codes code) {
        return SsisFaults.DATA_FLOW_FILE
                .problem()
                .at(component.id())
                .evidence("component", component.name())
                .evidence("file", file)
                .evidence("detail", detail)
                .evidence("ssisCode", code.hex())
                .exception();
    }
}
