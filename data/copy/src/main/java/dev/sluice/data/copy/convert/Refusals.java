package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.Vector;

/// Where values go that do not convert.
@FunctionalInterface
public interface Refusals {
    /// The value of that row cannot be converted. Throws when the copy is to stop at the first one.
    ///
    /// @param detail why, as the end of a sentence
    void refuse(int row, Vector from, String detail);
}
