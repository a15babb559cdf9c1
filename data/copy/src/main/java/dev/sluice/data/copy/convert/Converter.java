package dev.sluice.data.copy.convert;

import dev.sluice.data.batch.Vector;

/// Converts one column, batch by batch. Made for one pair of types and used by one thread: it may keep scratch
/// arrays.
public interface Converter {
    /// Fills rows `0 … rows-1` of `into`, which is empty. A null stays a null. A value that does not convert is
    /// reported to `refusals` and its row of `into` made null; the others are converted all the same.
    void convert(Vector from, Vector into, int rows, Refusals refusals);
}
