package dev.sluice.ssis.engine.dataflow.flow;

import java.io.IOException;
import java.sql.SQLException;

/// A component as it runs. In order: [#prepare], then its rows, then [#completed] if the whole data flow succeeded, and
/// [#close] always; all three on the thread of the task, while no rows are under way.
public sealed interface Stage permits Producer, RowStage, Operator {
    /// Opens and loads what is needed before the first row of any component.
    default void prepare() throws IOException, SQLException, InterruptedException {}

    /// The data flow has succeeded.
    default void completed() throws IOException, SQLException, InterruptedException {}

    /// Releases everything. Must not throw.
    default void close() {}
}
