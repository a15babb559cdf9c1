package dev.sluice.data.spi;

import dev.sluice.data.batch.Schema;
import java.util.List;

/// Rows to be read. Opened, asked and closed by the engine's planning thread; [#open] is called from the threads that
/// will read.
public interface Source extends AutoCloseable {
    /// The columns, known before any row is read.
    Schema schema();

    /// Pieces that can be read independently and together are all rows, each exactly once. At most `wanted` of them are
    /// read at once; more, smaller ones balance better. A source that cannot be split gives one.
    List<Split> splits(int wanted);

    /// Starts reading one split.
    ///
    /// @param columns positions in [#schema()] that the batches will have, in that order
    Reader open(Split split, int[] columns, ReadContext context);

    /// Bytes of the whole source if known before reading, else -1; for progress.
    default long estimatedBytes() {
        return -1;
    }

    /// Rows of the whole source if known before reading (possibly an estimate), else -1; for progress.
    default long estimatedRows() {
        return -1;
    }

    /// Files read by this source, for the activity's output; 0 for tables.
    default int files() {
        return 0;
    }

    @Override
    void close();
}
