package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import java.io.IOException;
import java.sql.SQLException;

/// A component that passes rows on, buffer by buffer, with one input. Its calls come one after another.
public non-sealed interface RowStage extends Stage {
    void rows(Buffer buffer, Outputs out) throws IOException, SQLException, InterruptedException;

    /// No more rows come; its outputs end after this.
    default void end(Outputs out) throws IOException, SQLException, InterruptedException {}
}
