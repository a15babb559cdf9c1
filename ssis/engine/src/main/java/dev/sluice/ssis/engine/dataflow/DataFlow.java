package dev.sluice.ssis.engine.dataflow;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.dataflow.flow.ColumnNumbers;
import dev.sluice.ssis.engine.dataflow.flow.Running;
import dev.sluice.ssis.engine.dataflow.flow.Scratch;
import dev.sluice.ssis.engine.dataflow.flow.Stage;
import dev.sluice.ssis.engine.dataflow.flow.Surroundings;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.BufferBuilder;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Pipeline;
import dev.sluice.ssis.packages.PropertyBag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One execution of a data flow.
final class DataFlow {
    private static final int MOST_ROWS = 1 << 20;
    private static final int MOST_BYTES = 100 << 20;

    private final Pipeline pipeline;
    private final TaskCall call;
    private final Connections connections;
    private final DataFlowLimits limits;

    DataFlow(Pipeline pipeline, TaskCall call, Connections connections, DataFlowLimits limits) {
        this.pipeline = Expressed.applied(pipeline, call.properties());
        this.call = call;
        this.connections = connections;
        this.limits = limits;
    }

    Outcome run() throws InterruptedException {
        for (Component component : pipeline.components()) {
            Components.require(component);
        }
        try (Scratch scratch = new Scratch(limits.scratch(), limits.scratchBytes())) {
            Surroundings around = new Surroundings(
                    call, connections, new MemoryBudget(limits.memory()), scratch, sizing(pipeline.properties()));
            Graph graph = new Graph(pipeline);
            Running running = new Running(around, limits.buffered());
            Map<Integer, Running.Node> nodes = built(graph, around, running);
            for (Graph.Edge edge : graph.edges()) {
                node(nodes, edge.from()).connect(edge.output(), node(nodes, edge.to()), edge.input());
            }
            running.run();
            return outcome(graph, nodes);
        }
    }

    /// Builds everything and runs nothing: what the package alone makes impossible comes out here.
    void check() {
        for (Component component : pipeline.components()) {
            Components.require(component);
        }
        try (Scratch scratch = new Scratch(limits.scratch(), limits.scratchBytes())) {
            Surroundings around = new Surroundings(
                    call, connections, new MemoryBudget(limits.memory()), scratch, sizing(pipeline.properties()));
            Running running = new Running(around, limits.buffered());
            built(new Graph(pipeline), around, running);
            running.close();
        }
    }

    private static Running.Node node(Map<Integer, Running.Node> nodes, int component) {
        Running.Node node = nodes.get(component);
        if (node == null) {
            throw new IllegalStateException("there is no component " + component);
        }
        return node;
    }

    private Map<Integer, Running.Node> built(Graph graph, Surroundings around, Running running) {
        ColumnNumbers numbers = new ColumnNumbers(pipeline);
        Columns columns = new Columns(pipeline, graph, numbers);
        Map<Integer, Running.Node> nodes = new TreeMap<>();
        List<Stage> made = new ArrayList<>();
        try {
            for (int c : graph.order()) {
                Wiring wiring = wiring(c, graph, columns, numbers, around);
                Stage stage = Components.stage(wiring);
                made.add(stage);
                nodes.put(c, running.add(wiring, stage));
            }
            return nodes;
        } catch (RuntimeException e) {
            made.forEach(Stage::close);
            throw e;
        }
    }

    private Wiring wiring(int c, Graph graph, Columns columns, ColumnNumbers numbers, Surroundings around) {
        Component component = pipeline.components().get(c);
        List<Layout> inputs = new ArrayList<>();
        List<Layout> outputs = new ArrayList<>();
        List<Boolean> hasInput = new ArrayList<>();
        List<Boolean> hasOutput = new ArrayList<>();
        for (int i = 0; i < component.inputs().size(); i++) {
            inputs.add(columns.input(c, i));
            hasInput.add(graph.into(c, i).isPresent());
        }
        for (int o = 0; o < component.outputs().size(); o++) {
            outputs.add(columns.output(c, o));
            hasOutput.add(graph.outOf(c, o).isPresent());
        }
        return new Wiring(component, inputs, outputs, hasInput, hasOutput, numbers, around);
    }

    /// DefaultBufferMaxRows and DefaultBufferSize; AutoAdjustBufferSize lets the rows alone decide.
    private BufferBuilder.Sizing sizing(PropertyBag saved) {
        int rows = property(saved, "defaultBufferMaxRows", "DefaultBufferMaxRows", 10_000);
        int bytes = property(saved, "defaultBufferSize", "DefaultBufferSize", 10 << 20);
        boolean adjusted =
                saved.flag("autoAdjustBufferSize", false) || call.properties().flag("AutoAdjustBufferSize", false);
        return new BufferBuilder.Sizing(
                Math.clamp(rows, 1, MOST_ROWS), adjusted ? MOST_BYTES : Math.clamp(bytes, 1 << 16, MOST_BYTES));
    }

    private int property(PropertyBag saved, String name, String expressed, int otherwise) {
        return call.properties().number(expressed, saved.number(name, otherwise));
    }

    private Outcome outcome(Graph graph, Map<Integer, Running.Node> nodes) {
        List<Outcome.PathRows> paths = graph.edges().stream()
                .map(e -> new Outcome.PathRows(
                        e.path().id(),
                        e.path().name(),
                        pipeline.components().get(e.from()).name(),
                        pipeline.components().get(e.to()).name(),
                        node(nodes, e.from()).sent(e.output())))
                .toList();
        List<Outcome.ComponentTime> times = nodes.values().stream()
                .map(n -> new Outcome.ComponentTime(
                        n.wiring().component().name(), n.nanos(), n.rows(), n.began(), n.ended()))
                .toList();
        return new Outcome(paths, times);
    }
}
