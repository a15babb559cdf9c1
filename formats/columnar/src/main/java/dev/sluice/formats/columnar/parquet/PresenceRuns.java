package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import java.util.Arrays;

/// Which rows of a page have a value: its definition levels, 1 where there is one. Costs nothing while no null comes.
final class PresenceRuns {
    private final Reservation memory;
    /// Levels of the rows so far; empty until the first null.
    private int[] levels = new int[0];
    private int rows;
    private int nulls;

    PresenceRuns(Reservation memory) {
        this.memory = memory;
    }

    int rows() {
        return rows;
    }

    int nulls() {
        return nulls;
    }

    void addPresent(int count) {
        if (nulls > 0) {
            ensure(rows + count);
            Arrays.fill(levels, rows, rows + count, 1);
        }
        rows += count;
    }

    /// @param isNull one byte a row, not 0 where it is null
    /// @return how many of the rows have a value
    int add(byte[] isNull, int from, int count) {
        int missing = 0;
        for (int i = from; i < from + count; i++) {
            missing += isNull[i] == 0 ? 0 : 1;
        }
        if (missing == 0) {
            addPresent(count);
            return count;
        }
        ensure(rows + count);
        if (nulls == 0) {
            Arrays.fill(levels, 0, rows, 1);
        }
        for (int i = 0; i < count; i++) {
            levels[rows + i] = isNull[from + i] == 0 ? 1 : 0;
        }
        rows += count;
        nulls += missing;
        return count - missing;
    }

    private void ensure(int count) {
        int needed = count + 8;
        if (needed > levels.length) {
            int length = Math.max(needed, levels.length * 2);
            memory.take(length * 4L);
            int[] bigger = Arrays.copyOf(levels, length);
            memory.give(levels.length * 4L);
            levels = bigger;
        }
    }

    /// Appends the levels, with their length in front as data pages of version 1 want it, and starts anew.
    void drainTo(Bytes page) {
        int start = page.size;
        page.room(4);
        page.size += 4;
        if (nulls == 0) {
            HybridEncoder.run(1, rows, 1, page);
        } else {
            HybridEncoder.encode(levels, rows, 1, page);
        }
        LittleEndian.putInt(page.array, start, page.size - start - 4);
        clear();
    }

    void clear() {
        rows = 0;
        nulls = 0;
    }

    void free() {
        clear();
        memory.give(levels.length * 4L);
        levels = new int[0];
    }
}
