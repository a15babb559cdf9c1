package dev.sluice.data.spi;

import dev.sluice.data.batch.Batch;
import java.io.IOException;

/// Reads one split, batch by batch, on one thread.
public interface Reader extends AutoCloseable {
    /// Fills the empty batch (of the projected schema) and sets its row count and first row.
    ///
    /// @return false at the end, when no row was added
    boolean read(Batch batch) throws IOException;

    /// Bytes taken from the store so far, as the store delivered them (compressed, encoded). May be asked by any
    /// thread.
    long bytesRead();

    /// Releases everything. Also called from another thread to end a blocked [#read] on cancel.
    @Override
    void close();
}
