package dev.sluice.ssis.engine.dataflow;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.ColumnNumbers;
import dev.sluice.ssis.engine.dataflow.flow.References;
import dev.sluice.ssis.engine.dataflow.rows.Column;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.engine.dataflow.rows.TypeNames;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Pipeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which columns are on which path, and which of them are read further on.
final class Columns {
    private final List<Component> components;
    private final Graph graph;
    private final ColumnNumbers numbers;
    /// Lineages that a component or one behind it reads, by `component:input`.
    private final Map<String, Set<String>> needed = new HashMap<>();

    private final Map<String, Layout> inputs = new HashMap<>();
    private final Map<String, Layout> outputs = new HashMap<>();

    Columns(Pipeline pipeline, Graph graph, ColumnNumbers numbers) {
        this.components = pipeline.components();
        this.graph = graph;
        this.numbers = numbers;
        List<Integer> order = graph.order();
        order.reversed().forEach(this::needs);
        order.forEach(this::layouts);
    }

    private static String key(int component, int place) {
        return component + ":" + place;
    }

    private Set<String> behind(int component, int output) {
        return graph.outOf(component, output)
                .map(e -> needed.getOrDefault(key(e.to(), e.input()), Set.of()))
                .orElse(Set.of());
    }

    private void needs(int c) {
        Component component = components.get(c);
        for (int i = 0; i < component.inputs().size(); i++) {
            Component.Input input = component.inputs().get(i);
            Set<String> read = new HashSet<>();
            input.columns().forEach(column -> {
                read.add(column.lineage());
                read.addAll(References.all(References.text(column.properties(), "Expression")));
            });
            for (int o = 0; o < component.outputs().size(); o++) {
                Component.Output output = component.outputs().get(o);
                read.addAll(References.all(References.text(output.properties(), "Expression")));
                output.columns()
                        .forEach(column ->
                                read.addAll(References.all(References.text(column.properties(), "Expression"))));
                if (output.synchronousInput().equals(input.id())) {
                    read.addAll(behind(c, o));
                }
            }
            needed.put(key(c, i), read);
        }
    }

    private void layouts(int c) {
        Component component = components.get(c);
        for (int i = 0; i < component.inputs().size(); i++) {
            Set<String> read = needed.getOrDefault(key(c, i), Set.of());
            Layout arriving = graph.into(c, i)
                    .map(e -> outputs.getOrDefault(key(e.from(), e.output()), Layout.EMPTY))
                    .orElse(Layout.EMPTY);
            inputs.put(key(c, i), new Layout(arriving.columns(), read));
        }
        for (int o = 0; o < component.outputs().size(); o++) {
            Component.Output output = component.outputs().get(o);
            List<Column> own = new ArrayList<>();
            output.columns().forEach(column -> own.add(column(component, column)));
            outputs.put(
                    key(c, o),
                    synchronous(c, output)
                            .map(in -> in.with(own, behindOf(c, output)))
                            .orElseGet(() -> new Layout(own, behindOf(c, output))));
        }
    }

    private Set<String> behindOf(int c, Component.Output output) {
        return behind(c, components.get(c).outputs().indexOf(output));
    }

    private Optional<Layout> synchronous(int c, Component.Output output) {
        List<Component.Input> all = components.get(c).inputs();
        for (int i = 0; i < all.size(); i++) {
            if (!output.synchronousInput().isEmpty()
                    && output.synchronousInput().equals(all.get(i).id())) {
                return Optional.of(inputs.getOrDefault(key(c, i), Layout.EMPTY));
            }
        }
        return Optional.empty();
    }

    private Column column(Component component, Component.OutputColumn column) {
        return new Column(
                column.lineage(),
                numbers.of(column.lineage()),
                column.name(),
                TypeNames.of(column.type())
                        .orElseThrow(() -> SsisFaults.COMPONENT_INVALID
                                .problem()
                                .at(column.id())
                                .evidence("component", component.name())
                                .evidence(
                                        "detail",
                                        "its column '" + column.name() + "' has the unknown type '"
                                                + column.type().name() + "'")
                                .evidence("ssisCode", Codes.INVALID.hex())
                                .exception()));
    }

    Layout input(int component, int input) {
        return inputs.getOrDefault(key(component, input), Layout.EMPTY);
    }

    Layout output(int component, int output) {
        return outputs.getOrDefault(key(component, output), Layout.EMPTY);
    }
}
