package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Where an operator takes its rows.
public interface Inputs {
    /// The next buffer of an input, by its place in the component; null at its end, and for one without a path.
    @Nullable
    Buffer next(int input) throws IOException, InterruptedException;

    /// The next buffer of any input, in the order in which they came; null at the end of all.
    @Nullable
    Arrival nextOfAny() throws IOException, InterruptedException;

    record Arrival(int input, Buffer buffer) {}
}
