package dev.sluice.ssis.engine.dataflow.rows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Numbers keys from 0 in the order in which they first come. One thread writes; then any number may look up.
public final class KeyTable {
    private static final int CHUNK = 1 << 20;
    private static final int NONE = -1;

    private final List<byte[]> chunks = new ArrayList<>();
    private int chunkEnd = CHUNK + 1;
    private int[] slots = new int[1 << 10];
    private int[] hashes = new int[1 << 9];
    private int[] chunkOf = new int[1 << 9];
    private int[] starts = new int[1 << 9];
    private int[] lengths = new int[1 << 9];
    private int size;
    private long bytes;

    public KeyTable() {
        Arrays.fill(slots, NONE);
    }

    public int size() {
        return size;
    }

    /// Bytes held, roughly.
    public long bytes() {
        return bytes + 4L * slots.length + 16L * hashes.length;
    }

    /// The number of a key; -1 when it has none.
    public int find(byte[] key, int length) {
        int hash = hash(key, length);
        int mask = slots.length - 1;
        for (int slot = hash & mask; ; slot = slot + 1 & mask) {
            int number = slots[slot];
            if (number == NONE || hashes[number] == hash && same(number, key, length)) {
                return number;
            }
        }
    }

    /// The number of a key, a new one where it had none: then [#size()] has grown.
    public int number(byte[] key, int length) {
        int hash = hash(key, length);
        int mask = slots.length - 1;
        for (int slot = hash & mask; ; slot = slot + 1 & mask) {
            int number = slots[slot];
            if (number == NONE) {
                slots[slot] = size;
                return add(key, length, hash);
            }
            if (hashes[number] == hash && same(number, key, length)) {
                return number;
            }
        }
    }

    private int add(byte[] key, int length, int hash) {
        if (size == hashes.length) {
            int more = 2 * size;
            hashes = Arrays.copyOf(hashes, more);
            chunkOf = Arrays.copyOf(chunkOf, more);
            starts = Arrays.copyOf(starts, more);
            lengths = Arrays.copyOf(lengths, more);
        }
        if (chunkEnd + length > CHUNK) {
            byte[] chunk = new byte[Math.max(CHUNK, length)];
            chunks.add(chunk);
            bytes += chunk.length;
            chunkEnd = 0;
        }
        System.arraycopy(key, 0, chunks.getLast(), chunkEnd, length);
        hashes[size] = hash;
        chunkOf[size] = chunks.size() - 1;
        starts[size] = chunkEnd;
        lengths[size] = length;
        chunkEnd += length;
        size++;
        if (2 * size > slots.length) {
            spread();
        }
        return size - 1;
    }

    private void spread() {
        int[] larger = new int[2 * slots.length];
        Arrays.fill(larger, NONE);
        int mask = larger.length - 1;
        for (int number = 0; number < size; number++) {
            int slot = hashes[number] & mask;
            while (larger[slot] != NONE) {
                slot = slot + 1 & mask;
            }
            larger[slot] = number;
        }
        slots = larger;
    }

    private boolean same(int number, byte[] key, int length) {
        int from = starts[number];
        return lengths[number] == length
                && Arrays.equals(chunks.get(chunkOf[number]), from, from + length, key, 0, length);
    }

    /// A copy of the key of that number.
    public byte[] key(int number) {
        int from = starts[number];
        return Arrays.copyOfRange(chunks.get(chunkOf[number]), from, from + lengths[number]);
    }

    /// Which of `parts` a key belongs to, by bits that the table itself does not use first.
    public static int part(byte[] key, int length, int level, int parts) {
        long mixed = (hash(key, length) & 0xFFFF_FFFFL) * 0x9E37_79B9_7F4A_7C15L + level * 0xC2B2_AE3D_27D4_EB4FL;
        mixed ^= mixed >>> 29;
        mixed *= 0xBF58_476D_1CE4_E5B9L;
        return (int) (mixed >>> 40) % parts;
    }

    private static int hash(byte[] key, int length) {
        int hash = 0x811C_9DC5;
        for (int i = 0; i < length; i++) {
            hash = (hash ^ key[i]) * 0x0100_0193;
        }
        hash ^= hash >>> 15;
        return hash * 0x2C1B_3C6D ^ hash >>> 13;
    }
}
