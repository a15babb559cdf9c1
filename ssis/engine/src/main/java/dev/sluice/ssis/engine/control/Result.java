package dev.sluice.ssis.engine.control;

/// How an executable ended.
public enum Result {
    SUCCESS,
    FAILURE,
    /// The package was told to stop.
    CANCELLED
}
