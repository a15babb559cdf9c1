package dev.sluice.data.spi;

/// What a reader may ask of the engine while it reads. One per split, used by its thread.
public interface ReadContext {
    JobContext job();

    /// The side door for a row that cannot be read (wrong number of columns, bytes that are no text).
    ///
    /// Returns normally when the activity skips incompatible rows: the row is counted and logged, and the reader
    /// goes on without it. Otherwise throws the problem.
    void refuse(RefusedRow row);
}
