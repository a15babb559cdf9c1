package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import java.util.Arrays;

/// Distinct byte strings in the order they came, found again by an open hash table.
final class BytesDictionary {
    /// Most bytes of all entries together.
    private static final int MOST_BYTES = 1 << 20;

    private static final int FIRST_SLOTS = 1 << 10;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final Reservation memory;
    private final Bytes data;
    /// Entry's index + 1, or 0; twice as many as entries.
    private int[] slots = new int[0];
    /// Where each entry begins in the data; one more than entries.
    private int[] offsets = new int[1];
    private int[] hashes = new int[0];
    private int size;

    BytesDictionary(Reservation memory) {
        this.memory = memory;
        this.data = new Bytes(memory);
    }

    int size() {
        return size;
    }

    byte[] data() {
        return data.array;
    }

    int[] offsets() {
        return offsets;
    }

    /// Index of the bytes, added when they are new; -1 when the dictionary is full.
    int add(byte[] bytes, int from, int length) {
        if (size * 2 >= slots.length && !grow()) {
            return -1;
        }
        int hash = hash(bytes, from, length);
        int mask = slots.length - 1;
        int slot = hash & mask;
        int found = slots[slot];
        while (found != 0 && !(hashes[found - 1] == hash && same(found - 1, bytes, from, length))) {
            slot = slot + 1 & mask;
            found = slots[slot];
        }
        if (found != 0) {
            return found - 1;
        }
        if (data.size + (long) length > MOST_BYTES) {
            return -1;
        }
        data.append(bytes, from, length);
        hashes[size] = hash;
        offsets[++size] = data.size;
        slots[slot] = size;
        return size - 1;
    }

    private boolean same(int entry, byte[] bytes, int from, int length) {
        int start = offsets[entry];
        int end = offsets[entry + 1];
        return end - start == length && Arrays.equals(data.array, start, end, bytes, from, from + length);
    }

    /// Eight bytes at a time; the bytes left over are read one by one, as they may end the array.
    private static int hash(byte[] bytes, int from, int length) {
        long hash = length;
        int at = from;
        int rest = length;
        for (; rest >= 8; rest -= 8, at += 8) {
            hash = mix(hash ^ LittleEndian.getLong(bytes, at));
        }
        if (rest >= 4) {
            hash = mix(hash ^ LittleEndian.getInt(bytes, at));
            at += 4;
            rest -= 4;
        }
        if (rest > 0) {
            hash = mix(hash ^ LittleEndian.getPart(bytes, at, rest));
        }
        return (int) (hash >>> 32);
    }

    private static long mix(long hash) {
        long mixed = hash * GOLDEN;
        return mixed ^ mixed >>> 32;
    }

    private boolean grow() {
        int length = slots.length == 0 ? FIRST_SLOTS : slots.length * 2;
        if (length / 2 > DictionaryTrial.MOST_ENTRIES) {
            return false;
        }
        memory.take(length * 8L);
        int[] table = new int[length];
        for (int i = 0; i < size; i++) {
            int slot = hashes[i] & length - 1;
            while (table[slot] != 0) {
                slot = slot + 1 & length - 1;
            }
            table[slot] = i + 1;
        }
        memory.give(slots.length * 8L);
        slots = table;
        hashes = Arrays.copyOf(hashes, length / 2);
        offsets = Arrays.copyOf(offsets, length / 2 + 1);
        return true;
    }

    void clear() {
        Arrays.fill(slots, 0);
        size = 0;
        data.size = 0;
    }

    void free() {
        memory.give(slots.length * 8L);
        slots = new int[0];
        hashes = new int[0];
        offsets = new int[1];
        size = 0;
        data.free();
    }
}
