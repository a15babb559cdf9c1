package dev.sluice.formats.columnar.parquet;

/// Reads DELTA_BINARY_PACKED numbers, a few at a time
/// (<https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC>). The array must go on for
/// [ChunkInput#SLACK] bytes behind the end.
final class DeltaDecoder {
    private static final int LARGEST_BLOCK = 1 << 20;

    private byte[] bytes = {};
    private int at;
    private int end;
    private int perMini;
    private int minis;
    private long left;
    private boolean first;
    private long last;
    private long minDelta;
    private int widths;
    private int mini;
    private int miniLeft;
    private int miniWidth;
    private long miniBit;

    /// Starts on `from … to`.
    void start(byte[] source, int from, int to) {
        bytes = source;
        at = from;
        end = to;
        long block = varint();
        long count = varint();
        left = varint();
        last = zigzag(varint());
        if (block <= 0 || block > LARGEST_BLOCK || count <= 0 || block % count != 0 || block / count % 8 != 0) {
            throw new CorruptData("delta blocks of " + block + " values in " + count + " parts");
        }
        if (left < 0) {
            throw new CorruptData("a negative count of delta values");
        }
        minis = (int) count;
        perMini = (int) (block / count);
        first = true;
        mini = minis;
        miniLeft = 0;
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            if (at >= end) {
                throw new CorruptData("delta values end too early");
            }
            int next = bytes[at++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new CorruptData("a number of more than 64 bits");
    }

    private static long zigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }

    void read(long[] into, int from, int count) {
        if (count > left) {
            throw new CorruptData("fewer delta values than the page has");
        }
        int to = from + count;
        int i = from;
        if (first && count > 0) {
            first = false;
            into[i++] = last;
        }
        while (i < to) {
            if (miniLeft == 0) {
                nextMini();
            }
            int n = Math.min(miniLeft, to - i);
            unpack(into, i, n);
            i += n;
        }
        left -= count;
    }

    private void nextMini() {
        if (mini == minis) {
            minDelta = zigzag(varint());
            widths = at;
            at += minis;
            if (at > end) {
                throw new CorruptData("delta values end too early");
            }
            mini = 0;
        }
        miniWidth = bytes[widths + mini] & 0xff;
        if (miniWidth > 64) {
            throw new CorruptData("delta values of " + miniWidth + " bits");
        }
        mini++;
        miniLeft = perMini;
        miniBit = (long) at * 8;
        at = (int) Math.min(end, at + (long) perMini * miniWidth / 8);
    }

    private void unpack(long[] into, int from, int count) {
        long value = last;
        int bits = miniWidth;
        long bit = miniBit;
        if (bit + (long) count * bits > (long) end * 8) {
            throw new CorruptData("delta values end too early");
        }
        long mask = bits == 64 ? -1 : (1L << bits) - 1;
        for (int i = from; i < from + count; i++) {
            int index = (int) (bit >>> 3);
            int shift = (int) (bit & 7);
            long delta = LittleEndian.getLong(bytes, index) >>> shift;
            if (bits > 56 && shift > 0) {
                delta |= (bytes[index + 8] & 0xffL) << (64 - shift);
            }
            value += minDelta + (delta & mask);
            into[i] = value;
            bit += bits;
        }
        last = value;
        miniBit = bit;
        miniLeft -= count;
    }

    /// Where the values end: right behind them other data may begin. Asked before anything is read.
    int endOfValues() {
        int begin = at;
        int position = at;
        long rest = left - 1;
        while (rest > 0) {
            at = position;
            varint();
            int list = at;
            position = list + minis;
            for (int i = 0; i < minis && rest > 0; i++) {
                if (list + i >= end) {
                    throw new CorruptData("delta values end too early");
                }
                long next = position + (long) perMini * (bytes[list + i] & 0xff) / 8;
                if (next > end) {
                    throw new CorruptData("delta values end too early");
                }
                position = (int) next;
                rest -= perMini;
            }
        }
        at = begin;
        return position;
    }
}
