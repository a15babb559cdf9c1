package dev.sluice.ssis.engine.dataflow.flow;

import java.io.IOException;
import java.sql.SQLException;

/// A component that takes its rows when it wants them: a destination, or one whose outputs are new rows.
public non-sealed interface Operator extends Stage {
    /// Reads its inputs to the end, on a thread of its own, which is interrupted to stop it.
    void run(Inputs in, Outputs out) throws IOException, SQLException, InterruptedException;
}
