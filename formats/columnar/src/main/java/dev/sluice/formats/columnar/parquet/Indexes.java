package dev.sluice.formats.columnar.parquet;

/// Dictionary indexes of a page, read in portions and checked against the dictionary.
final class Indexes {
    static final int PORTION = 4_096;

    private final HybridDecoder decoder = new HybridDecoder();
    private final int[] portion = new int[PORTION];

    void start(byte[] bytes, int from, int to, int width) {
        decoder.start(bytes, from, to, width);
    }

    /// Reads at most [#PORTION] indexes; all are below `size`.
    int[] read(int count, int size) {
        decoder.read(portion, 0, count);
        // as unsigned numbers, so that a negative index is the largest of all
        int largest = Integer.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, portion[i] ^ Integer.MIN_VALUE);
        }
        if (count > 0 && largest >= (size ^ Integer.MIN_VALUE)) {
            throw new CorruptData("an index behind the dictionary's " + size + " entries");
        }
        return portion;
    }
}
