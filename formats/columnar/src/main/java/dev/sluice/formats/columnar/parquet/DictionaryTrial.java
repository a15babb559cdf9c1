package dev.sluice.formats.columnar.parquet;

/// Whether a column is worth a dictionary, learned while writing: tried in the first row group, given up as soon as the
/// values hardly repeat, and then not tried again for some row groups.
final class DictionaryTrial {
    /// Most entries: indexes of 15 bits, tables that stay in the processor's cache.
    static final int MOST_ENTRIES = 1 << 15;

    /// Values after which a look at the entries says enough.
    private static final int SAMPLE = 8_192;

    /// Row groups without a dictionary before it is tried again.
    private static final int PAUSE = 15;

    private boolean on = true;
    private boolean sampled;
    private long values;
    private int pause;

    boolean isOn() {
        return on;
    }

    /// Counts values that were added; may give up.
    ///
    /// @return whether the dictionary goes on
    boolean added(int count, int entries) {
        values += count;
        if (!sampled && values >= SAMPLE) {
            sampled = true;
            if (entries > values - values / 4) {
                giveUp();
            }
        }
        return on;
    }

    void giveUp() {
        on = false;
        pause = PAUSE;
    }

    /// The row group is complete.
    void nextChunk() {
        if (!on && pause-- <= 0) {
            on = true;
        }
        sampled = false;
        values = 0;
    }
}
