package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import java.util.Arrays;

/// Distinct numbers in the order they came, found again by an open hash table.
final class NumberDictionary {
    private static final int FIRST_SLOTS = 1 << 10;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Reservation memory;
    /// Entry's index + 1, or 0; twice as many as entries.
    private int[] slots = new int[0];
    private long[] entries = new long[0];
    private int size;

    NumberDictionary(Reservation memory) {
        this.memory = memory;
    }

    int size() {
        return size;
    }

    long[] entries() {
        return entries;
    }

    /// Looks up values, adding those that are new, until the dictionary is full.
    ///
    /// @return how many were looked up
    int add(long[] values, int from, int count, int[] indexes, int at) {
        int done = 0;
        while (done < count) {
            if (size * 2 >= slots.length && !grow()) {
                break;
            }
            done += fill(values, from + done, count - done, indexes, at + done);
        }
        return done;
    }

    /// The hot loop: stops when the table is half full.
    private int fill(long[] values, int from, int count, int[] indexes, int at) {
        int[] table = slots;
        long[] known = entries;
        int mask = table.length - 1;
        int shift = Long.numberOfLeadingZeros(mask);
        int entry = size;
        int i = 0;
        for (; i < count; i++) {
            long value = values[from + i];
            int slot = (int) (value * GOLDEN >>> shift);
            int found = table[slot];
            while (found != 0 && known[found - 1] != value) {
                slot = slot + 1 & mask;
                found = table[slot];
            }
            if (found == 0) {
                if (entry == known.length) {
                    break;
                }
                known[entry] = value;
                found = ++entry;
                table[slot] = found;
            }
            indexes[at + i] = found - 1;
        }
        size = entry;
        return i;
    }

    private boolean grow() {
        int length = slots.length == 0 ? FIRST_SLOTS : slots.length * 2;
        if (length / 2 > DictionaryTrial.MOST_ENTRIES) {
            return false;
        }
        memory.take(length * 8L);
        int[] table = new int[length];
        long[] known = Arrays.copyOf(entries, length / 2);
        int shift = Long.numberOfLeadingZeros(length - 1);
        for (int i = 0; i < size; i++) {
            int slot = (int) (known[i] * GOLDEN >>> shift);
            while (table[slot] != 0) {
                slot = slot + 1 & length - 1;
            }
            table[slot] = i + 1;
        }
        memory.give(slots.length * 8L);
        slots = table;
        entries = known;
        return true;
    }

    void clear() {
        Arrays.fill(slots, 0);
        size = 0;
    }

    void free() {
        memory.give(slots.length * 8L);
        slots = new int[0];
        entries = new long[0];
        size = 0;
    }
}
