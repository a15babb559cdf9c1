package dev.sluice.ssis.engine.dataflow.flow;

import java.io.IOException;
import java.sql.SQLException;

/// A source.
public non-sealed interface Producer extends Stage {
    /// Sends everything there is and returns; on a thread of its own, which is interrupted to stop it.
    void produce(Outputs out) throws IOException, SQLException, InterruptedException;
}
