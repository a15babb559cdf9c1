package dev.sluice.ssis.engine.dataflow;

import java.util.List;

/// What a data flow that ran to its end did.
///
/// @param paths in document order
/// @param components in document order
public record Outcome(List<PathRows> paths, List<ComponentTime> components) {
    public Outcome {
        paths = List.copyOf(paths);
        components = List.copyOf(components);
    }

    /// @param path refId, or number in the old encoding
    public record PathRows(String path, String name, String from, String to, long rows) {}

    /// @param nanos time spent in the component itself, all threads together
    /// @param rows that came in, or for a source went out
    /// @param began nanoseconds from the first row of the data flow until the component began
    /// @param ended likewise, until it was through
    public record ComponentTime(String component, long nanos, long rows, long began, long ended) {}
}
