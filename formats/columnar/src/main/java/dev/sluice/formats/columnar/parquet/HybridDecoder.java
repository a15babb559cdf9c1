package dev.sluice.formats.columnar.parquet;

/// Reads Parquet's hybrid of runs and bit-packed groups, a few values at a time. The array must go on for
/// [ChunkInput#SLACK] bytes behind the end, because whole words are loaded.
final class HybridDecoder {
    private byte[] bytes = {};
    private int at;
    private int end;
    private int width;
    private int runLeft;
    private int runValue;
    private int packedLeft;
    private long packedBit;

    /// Starts on `from … to`, values of `bits` bits (0–32).
    void start(byte[] source, int from, int to, int bits) {
        if (bits < 0 || bits > 32) {
            throw new CorruptData("values of " + bits + " bits");
        }
        bytes = source;
        at = from;
        end = to;
        width = bits;
        runLeft = 0;
        packedLeft = 0;
    }

    private void nextRun() {
        int header = varint();
        int count = header >>> 1;
        if (count == 0) {
            throw new CorruptData("an empty run");
        }
        if ((header & 1) == 0) {
            int length = (width + 7) / 8;
            if (length > end - at) {
                throw new CorruptData("a run goes on behind its page");
            }
            runValue = (int) LittleEndian.getPart(bytes, at, length);
            at += length;
            runLeft = count;
            return;
        }
        // the last group may be cut where its values end
        long bits = Math.min((long) count * 8 * width, (long) (end - at) * 8);
        packedLeft = width == 0 ? (int) Math.min((long) count * 8, Integer.MAX_VALUE) : (int) (bits / width);
        if (packedLeft == 0) {
            throw new CorruptData("a packed group goes on behind its page");
        }
        packedBit = (long) at * 8;
        at += (int) ((bits + 7) / 8);
    }

    private int varint() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            if (at >= end) {
                throw new CorruptData("levels or indexes end too early");
            }
            int next = bytes[at++];
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new CorruptData("a number of more than 32 bits");
    }

    void read(int[] into, int from, int count) {
        int to = from + count;
        int i = from;
        while (i < to) {
            if (runLeft > 0) {
                int n = Math.min(runLeft, to - i);
                java.util.Arrays.fill(into, i, i + n, runValue);
                runLeft -= n;
                i += n;
            } else if (packedLeft > 0) {
                int n = Math.min(packedLeft, to - i);
                unpack(into, i, n);
                i += n;
            } else {
                nextRun();
            }
        }
    }

    private void unpack(int[] into, int from, int count) {
        byte[] source = bytes;
        int bits = width;
        long mask = (1L << bits) - 1;
        long bit = packedBit;
        for (int i = from; i < from + count; i++) {
            into[i] = (int) (LittleEndian.getLong(source, (int) (bit >>> 3)) >>> (bit & 7) & mask);
            bit += bits;
        }
        packedBit = bit;
        packedLeft -= count;
    }

    /// Reads definition levels of one bit and marks the rows that have no value.
    ///
    /// @return how many rows have one
    int readPresence(byte[] nulls, int from, int count) {
        int present = 0;
        int to = from + count;
        int i = from;
        while (i < to) {
            if (runLeft > 0) {
                int n = Math.min(runLeft, to - i);
                if (runValue == 0) {
                    java.util.Arrays.fill(nulls, i, i + n, (byte) 1);
                } else {
                    present += n;
                }
                runLeft -= n;
                i += n;
            } else if (packedLeft > 0) {
                int n = Math.min(packedLeft, to - i);
                for (int k = 0; k < n; k++) {
                    long bit = packedBit + k;
                    int level = bytes[(int) (bit >>> 3)] >>> (bit & 7) & 1;
                    nulls[i + k] = (byte) (1 - level);
                    present += level;
                }
                packedBit += n;
                packedLeft -= n;
                i += n;
            } else {
                nextRun();
            }
        }
        return present;
    }
}
