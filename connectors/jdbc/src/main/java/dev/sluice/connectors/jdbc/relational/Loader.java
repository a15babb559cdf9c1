package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.Batch;
import java.sql.SQLException;

/// The way rows go into a table, inside the sink's transaction. Used by one thread, except [#cancel()].
public interface Loader extends AutoCloseable {
    /// Takes all rows of a batch.
    void load(Batch batch) throws SQLException;

    /// Everything is with the database.
    ///
    /// @return rows it took
    long finish() throws SQLException;

    /// Bytes sent so far, as far as they are known. May be asked by any thread.
    long bytes();

    /// Ends a call that is blocked, from another thread.
    void cancel();

    @Override
    void close();
}
