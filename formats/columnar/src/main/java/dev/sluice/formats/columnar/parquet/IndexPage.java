package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import java.util.Arrays;

/// Dictionary indexes of the open page.
final class IndexPage {
    private final Reservation memory;
    /// Replaced when it grows: fetch it again after [#room].
    int[] indexes = new int[0];
    int size;

    IndexPage(Reservation memory) {
        this.memory = memory;
    }

    /// Makes room for `more` indexes (and the encoder's slack).
    int[] room(int more) {
        int needed = size + more + 8;
        if (needed > indexes.length) {
            int length = Math.max(needed, indexes.length * 2);
            memory.take(length * 4L);
            int[] bigger = Arrays.copyOf(indexes, length);
            memory.give(indexes.length * 4L);
            indexes = bigger;
        }
        return indexes;
    }

    /// Bytes the indexes will take.
    long packedBytes(int entries) {
        return (long) size * HybridEncoder.width(entries) / 8;
    }

    /// The entries that the page refers to, each once.
    int[] distinct(int entries) {
        boolean[] seen = new boolean[entries];
        for (int i = 0; i < size; i++) {
            seen[indexes[i]] = true;
        }
        int[] distinct = new int[Math.min(entries, size)];
        int count = 0;
        for (int i = 0; i < entries; i++) {
            if (seen[i]) {
                distinct[count++] = i;
            }
        }
        return Arrays.copyOf(distinct, count);
    }

    /// Appends width and indexes as a data page's values, and starts anew.
    void drainTo(Bytes page, int entries) {
        int width = Math.max(1, HybridEncoder.width(entries));
        page.appendByte(width);
        if (size > 0) {
            HybridEncoder.encode(indexes, size, width, page);
        }
        size = 0;
    }

    void free() {
        memory.give(indexes.length * 4L);
        indexes = new int[0];
        size = 0;
    }
}
