package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import java.io.IOException;
import java.sql.SQLException;

/// Where a component sends its rows.
public interface Outputs {
    /// Sends a buffer of the layout of that output, by its place in the component. Waits while the path is full. Rows
    /// for an output without a path are dropped, and so is a buffer without rows.
    void send(int output, Buffer buffer) throws IOException, SQLException, InterruptedException;
}
