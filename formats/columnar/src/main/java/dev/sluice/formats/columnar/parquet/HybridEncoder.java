package dev.sluice.formats.columnar.parquet;

/// Writes small numbers as Parquet's hybrid of runs and bit-packed groups
/// (<https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE>): a value repeated often enough becomes a
/// run, everything else is packed in groups of eight.
final class HybridEncoder {
    /// A run shorter than this is packed: its header would cost more than it saves.
    private static final int SHORTEST_RUN = 16;

    private HybridEncoder() {}

    /// Bits that numbers below `count` need; 0 for a single one.
    static int width(int count) {
        return 32 - Integer.numberOfLeadingZeros(Math.max(0, count - 1));
    }

    /// Appends `count` values of `width` bits (1–16). The array must have 8 further places, which may be overwritten.
    static void encode(int[] values, int count, int width, Bytes out) {
        out.room(bound(count, width));
        int packed = 0;
        int at = 0;
        while (at < count) {
            int first = values[at];
            int end = at + 1;
            while (end < count && values[end] == first) {
                end++;
            }
            if (end - at >= SHORTEST_RUN) {
                pack(values, packed, at, width, out);
                run(first, end - at, width, out);
                at = end;
                packed = at;
            } else {
                // packed groups hold eight values, so the next run can only begin at such a place
                int groups = (end - packed + 7) / 8;
                at = Math.min(count, packed + groups * 8);
            }
        }
        if (packed < count) {
            java.util.Arrays.fill(values, count, count + 8, 0);
            pack(values, packed, packed + (count - packed + 7) / 8 * 8, width, out);
        }
    }

    /// Appends a run of one value.
    static void run(int value, int length, int width, Bytes out) {
        out.appendVarint(length << 1);
        for (int shift = 0; shift < width; shift += 8) {
            out.appendByte(value >>> shift);
        }
    }

    /// Most bytes that encoding may take: packed groups and their headers, and slack for whole words at the end.
    static int bound(int count, int width) {
        return (count / 8 + 1) * width + count / 4 + 32;
    }

    /// Packs whole groups of eight.
    private static void pack(int[] values, int from, int to, int width, Bytes out) {
        if (from == to) {
            return;
        }
        int groups = (to - from) / 8;
        out.appendVarint(groups << 1 | 1);
        byte[] bytes = out.room(groups * width + 8);
        int at = out.size;
        long word = 0;
        int bits = 0;
        for (int i = from; i < to; i++) {
            word |= (long) values[i] << bits;
            bits += width;
            if (bits >= 32) {
                LittleEndian.putInt(bytes, at, (int) word);
                at += 4;
                word >>>= 32;
                bits -= 32;
            }
        }
        while (bits > 0) {
            bytes[at++] = (byte) word;
            word >>>= 8;
            bits -= 8;
        }
        out.size = at;
    }
}
