package dev.sluice.data.copy.manifest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Hashes of 128 bits in two lanes of 64, for finding accidents, not attackers. Numbers are mixed by two finalisers
/// (MurmurHash3's and David Stafford's variant 13 of it), bytes by MurmurHash3 x64 128. Plain arithmetic without
/// branches, so that the loops around [#first] and [#second] become vector instructions where the machine has them.
final class Hash128 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;

    private long first;
    private long second;

    /// The first lane of a number's hash. 0 has a hash, too.
    static long first(long value) {
        long h = value + 0x9e3779b97f4a7c15L;
        h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }

    /// The second lane.
    static long second(long value) {
        long h = value + 0xd1b54a32d192ed03L;
        h = (h ^ h >>> 30) * 0xbf58476d1ce4e5b9L;
        h = (h ^ h >>> 27) * 0x94d049bb133111ebL;
        return h ^ h >>> 31;
    }

    /// Hashes bytes that stand in one piece; the lanes are asked for afterwards.
    void of(byte[] data, int from, int length) {
        if (length > 0 && length <= 16 && from + 16 <= data.length) {
            upToSixteen(data, from, length);
            return;
        }
        first = 0;
        second = 0;
        int end = from + (length & ~15);
        for (int at = from; at < end; at += 16) {
            block((long) LONGS.get(data, at), (long) LONGS.get(data, at + 8));
        }
        tail(data, end, length & 15);
        finish(length);
    }

    /// The same for 1 to 16 bytes behind which the array goes on, in registers: most texts are that short.
    private void upToSixteen(byte[] data, int from, int length) {
        long low = (long) LONGS.get(data, from);
        long high = 0;
        if (length <= 8) {
            low &= -1L >>> 64 - 8 * length;
        } else {
            high = (long) LONGS.get(data, from + 8) & -1L >>> 128 - 8 * length;
        }
        long h1 = Long.rotateLeft(low * C1, 31) * C2;
        long h2 = Long.rotateLeft(high * C2, 33) * C1;
        if (length == 16) {
            h1 = Long.rotateLeft(h1, 27) * 5 + 0x52dce729;
            h2 = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
        }
        h1 ^= length;
        h2 ^= length;
        h1 += h2;
        h2 += h1;
        h1 = mixed(h1);
        h2 = mixed(h2);
        h1 += h2;
        first = h1;
        second = h2 + h1;
    }

    void start() {
        first = 0;
        second = 0;
    }

    /// One step of 16 bytes.
    void block(byte[] data, int at) {
        block((long) LONGS.get(data, at), (long) LONGS.get(data, at + 8));
    }

    private void block(long low, long high) {
        long h1 = first ^ Long.rotateLeft(low * C1, 31) * C2;
        h1 = (Long.rotateLeft(h1, 27) + second) * 5 + 0x52dce729;
        long h2 = second ^ Long.rotateLeft(high * C2, 33) * C1;
        second = (Long.rotateLeft(h2, 31) + h1) * 5 + 0x38495ab5;
        first = h1;
    }

    /// The last 0 to 15 bytes.
    void tail(byte[] data, int at, int length) {
        if (length == 0) {
            return;
        }
        long low = length < 8 ? part(data, at, length) : (long) LONGS.get(data, at);
        long high = length > 8 ? part(data, at + 8, length - 8) : 0;
        second ^= Long.rotateLeft(high * C2, 33) * C1;
        first ^= Long.rotateLeft(low * C1, 31) * C2;
    }

    /// 0 to 7 bytes as a number; in one step where the array goes on, since short texts are most texts.
    private static long part(byte[] data, int at, int length) {
        if (at + Long.BYTES <= data.length) {
            return (long) LONGS.get(data, at) & (1L << 8 * length) - 1;
        }
        long value = 0;
        for (int i = length - 1; i >= 0; i--) {
            value = value << 8 | data[at + i] & 0xff;
        }
        return value;
    }

    void finish(long length) {
        first ^= length;
        second ^= length;
        first += second;
        second += first;
        first = mixed(first);
        second = mixed(second);
        first += second;
        second += first;
    }

    private static long mixed(long value) {
        long h = (value ^ value >>> 33) * 0xff51afd7ed558ccdL;
        h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
        return h ^ h >>> 33;
    }

    long first() {
        return first;
    }

    long second() {
        return second;
    }
}
