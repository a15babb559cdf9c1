package dev.sluice.data.spi;

/// A piece of a [Source], made by it and given back to it. Immutable.
public interface Split {
    /// In words for a log line: `orders where id in [1, 1000)`, `lineitem.csv bytes 0–67108864`.
    String describe();
}
