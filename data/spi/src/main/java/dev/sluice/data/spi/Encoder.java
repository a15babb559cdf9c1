package dev.sluice.data.spi;

import dev.sluice.data.batch.Schema;
import java.io.IOException;

/// Writes files of one format with fixed settings. Immutable, thread-safe.
public interface Encoder {
    /// End of generated file names, codec included: `.csv.gz`, `.parquet`.
    String extension();

    /// Rows after which a new file is begun; `Long.MAX_VALUE` without a limit.
    default long maxRowsPerFile() {
        return Long.MAX_VALUE;
    }

    /// Start of generated file names when files are split; empty when not set.
    default String fileNamePrefix() {
        return "";
    }

    /// Starts one file. The writer's `finish()` completes the file's content and calls
    /// [FileOutput#finish()]; publishing and closing the output are the caller's.
    Writer open(FileOutput output, Schema schema, JobContext job) throws IOException;
}
