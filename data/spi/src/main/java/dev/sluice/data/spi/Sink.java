package dev.sluice.data.spi;

import dev.sluice.data.batch.Schema;
import java.io.IOException;
import java.util.Optional;

/// A target of rows: a bracket around its writers. In order: [#schema()], [#begin], any number of [#open] with their
/// writers, then [#commit] once all writers have finished. [#close()] without a commit takes everything back.
/// Called by the engine's planning thread, except [#open].
public interface Sink extends AutoCloseable {
    /// The columns of an existing target, which the mapping converts to; empty when the target takes what
    /// comes (a file, a table still to be created).
    Optional<Schema> schema();

    /// The most writers that may be open at once; 1 when rows must arrive in one stream.
    int maxWriters();

    /// Prepares the target for rows of this schema (a projection of [#schema()] or, if that is empty, what comes): runs
    /// the pre-copy script, creates what is missing, opens the staging.
    void begin(Schema incoming) throws IOException;

    /// Starts a stream.
    ///
    /// @param part number of the stream, from 0, for names
    Writer open(int part) throws IOException;

    /// Makes everything visible at once, as far as the store can. Called at most once.
    ///
    /// @return what was written
    Account commit() throws IOException;

    /// Ends the bracket; without a commit nothing stays behind.
    @Override
    void close();

    /// What a sink wrote.
    ///
    /// @param rows rows the store has taken
    /// @param bytes bytes sent to the store, as sent (compressed, encoded)
    /// @param files files made visible; 0 for tables
    record Account(long rows, long bytes, int files) {}
}
