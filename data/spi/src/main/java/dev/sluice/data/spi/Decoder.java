package dev.sluice.data.spi;

import dev.sluice.data.batch.Schema;
import java.io.IOException;
import java.util.List;

/// Reads files of one format with fixed settings. Immutable, thread-safe.
public interface Decoder {
    /// The columns of a file, from as few bytes as possible (header line, footer).
    Schema schema(FileInput file) throws IOException;

    /// Pieces of a file that can be read independently, each of about `targetBytes`; one when the file cannot be split
    /// (compressed text) or is smaller.
    List<FileRange> ranges(FileInput file, long targetBytes) throws IOException;

    /// Starts reading one piece.
    ///
    /// @param schema the columns of the whole copy (those of the first file); a file that differs is refused or,
    ///     where the format carries names, read by name
    /// @param columns positions in `schema` that the batches have
    Reader open(FileInput file, FileRange range, Schema schema, int[] columns, ReadContext context) throws IOException;

    /// Bytes `[from, to)` of a file; the whole file is `[0, size)`.
    record FileRange(long from, long to) {}
}
