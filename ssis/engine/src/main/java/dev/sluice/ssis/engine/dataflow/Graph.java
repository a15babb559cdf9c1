package dev.sluice.ssis.engine.dataflow;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Pipeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which output leads to which input.
final class Graph {
    private final List<Component> components;
    private final List<Edge> edges = new ArrayList<>();

    /// Components by their place in the document, inputs and outputs by theirs in the component.
    record Edge(Pipeline.FlowPath path, int from, int output, int to, int input) {}

    Graph(Pipeline pipeline) {
        this.components = pipeline.components();
        Map<String, int[]> outputs = new HashMap<>();
        Map<String, int[]> inputs = new HashMap<>();
        for (int c = 0; c < components.size(); c++) {
            Component component = components.get(c);
            for (int i = 0; i < component.outputs().size(); i++) {
                outputs.put(component.outputs().get(i).id(), new int[] {c, i});
            }
            for (int i = 0; i < component.inputs().size(); i++) {
                inputs.put(component.inputs().get(i).id(), new int[] {c, i});
            }
        }
        for (Pipeline.FlowPath path : pipeline.paths()) {
            int[] from = outputs.get(path.start());
            int[] to = inputs.get(path.end());
            if (from == null || to == null) {
                throw broken(
                        path, "it leads from '" + path.start() + "' to '" + path.end() + "', and one is not there");
            }
            Edge edge = new Edge(path, from[0], from[1], to[0], to[1]);
            if (into(edge.to(), edge.input()).isPresent()
                    || outOf(edge.from(), edge.output()).isPresent()) {
                throw broken(path, "another path begins or ends there");
            }
            edges.add(edge);
        }
    }

    private static dev.sluice.diagnosis.ProblemException broken(Pipeline.FlowPath path, String detail) {
        return SsisFaults.COMPONENT_INVALID
                .problem()
                .at(path.id())
                .evidence("component", "path " + path.name())
                .evidence("detail", detail)
                .evidence("ssisCode", Codes.INVALID.hex())
                .exception();
    }

    List<Edge> edges() {
        return edges;
    }

    Optional<Edge> into(int component, int input) {
        return edges.stream()
                .filter(e -> e.to() == component && e.input() == input)
                .findFirst();
    }

    Optional<Edge> outOf(int component, int output) {
        return edges.stream()
                .filter(e -> e.from() == component && e.output() == output)
                .findFirst();
    }

    /// Components so that each comes after those whose rows it gets.
    List<Integer> order() {
        List<Integer> order = new ArrayList<>();
        boolean[] done = new boolean[components.size()];
        while (order.size() < components.size()) {
            int before = order.size();
            for (int c = 0; c < components.size(); c++) {
                int at = c;
                if (!done[c] && edges.stream().allMatch(e -> e.to() != at || done[e.from()])) {
                    done[c] = true;
                    order.add(c);
                }
            }
            if (order.size() == before) {
                throw SsisFaults.COMPONENT_INVALID
                        .problem()
                        .at(components.getFirst().id())
                        .evidence("component", components.getFirst().name())
                        .evidence("detail", "the paths of the data flow go in a circle")
                        .evidence("ssisCode", Codes.INVALID.hex())
                        .exception();
            }
        }
        return order;
    }
}
