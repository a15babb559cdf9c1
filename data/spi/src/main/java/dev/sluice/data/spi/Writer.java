package dev.sluice.data.spi;

import dev.sluice.data.batch.Batch;
import java.io.IOException;

/// Writes one stream of batches, on one thread.
public interface Writer extends AutoCloseable {
    /// Writes all rows; the batch belongs to the caller again when this returns.
    void write(Batch batch) throws IOException;

    /// Everything is with the store (still invisible); no further write follows.
    void finish() throws IOException;

    /// Bytes handed to the store so far. May be asked by any thread.
    long bytesWritten();

    /// Releases everything. Without [#finish()] the stream's rows are taken back. Also called from another
    /// thread to end a blocked [#write] on cancel.
    @Override
    void close();
}
