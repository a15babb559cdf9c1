package dev.sluice.ssis.packages;

import java.util.List;

/// The data flow of a Data Flow task.
///
/// @param properties engineThreads, defaultBufferSize, defaultBufferMaxRows …
/// @param others elements that are not known here
public record Pipeline(PropertyBag properties, List<Component> components, List<FlowPath> paths, List<Element> others) {
    public Pipeline {
        components = List.copyOf(components);
        paths = List.copyOf(paths);
        others = List.copyOf(others);
    }

    /// From an output to an input.
    ///
    /// @param start id of the output: refId, or a number in the old encoding
    /// @param end id of the input
    public record FlowPath(String id, String name, String start, String end) {}
}
