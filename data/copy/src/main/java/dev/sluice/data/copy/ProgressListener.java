package dev.sluice.data.copy;

import dev.sluice.data.spi.RefusedRow;

/// What the caller of a copy may watch.
@FunctionalInterface
public interface ProgressListener {
    /// The copy begins; one that is staged begins twice, with counters of their own. The progress is live from now
    /// until the end and may be read by any thread at any time.
    void started(Progress progress);

    /// A row was skipped (only with enableSkipIncompatibleRow). Called by copying threads, several at once; must
    /// be quick.
    default void skipped(RefusedRow row) {}
}
