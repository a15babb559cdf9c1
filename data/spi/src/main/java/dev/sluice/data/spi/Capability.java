package dev.sluice.data.spi;

/// What a connector or format declares, and its contract test then proves.
public enum Capability {
    /// Rows or bytes can be read.
    READ,
    /// Rows or bytes can be written.
    WRITE,
    /// A source can be read in several splits at once.
    SPLIT,
    /// A sink accepts several writers at once.
    PARALLEL_WRITE,
    /// Nothing is visible before `commit`, and everything is afterwards.
    ATOMIC_COMMIT,
    /// Running the same attempt again leaves the same result (otherwise the connector's page says what happens).
    IDEMPOTENT,
    /// A file can be read from any position.
    RANGED_READ,
    /// The sink can create a missing table from the incoming schema.
    AUTO_CREATE,
    /// A file is listed only when all of it is there, whoever writes it.
    WHOLE_FILES,
    /// A file keeps what [FileAttributes] say of it.
    ATTRIBUTES,
    /// Rows are trees: columns are paths into them ([TreeMapping]).
    TREES,
    /// Rows have columns of their own, and values may be structures that a mapping's paths ([TreeMapping]) lead into.
    STRUCTURES
}
