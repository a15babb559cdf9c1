package dev.sluice.formats.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Eight bytes at a time in a `long`, the first byte lowest (SIMD within a register; the tests for a zero byte and for
/// a byte below n are from "Bit Twiddling Hacks", S. E. Anderson). A test sets the top bit of every byte that matches;
/// bits above the lowest set one may be wrong, so only the first match is to be used.
final class Swar {
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    /// The top bit of every byte.
    static final long TOPS = 0x8080_8080_8080_8080L;

    private static final long ONES = 0x0101_0101_0101_0101L;

    private Swar() {}

    /// The byte eight times over.
    static long spread(byte b) {
        return (b & 255L) * ONES;
    }

    static long load(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void store(byte[] bytes, int at, long word) {
        LONG.set(bytes, at, word);
    }

    /// Marks the bytes that equal those of the pattern.
    static long equal(long word, long pattern) {
        long v = word ^ pattern;
        return (v - ONES) & ~v & TOPS;
    }

    /// Marks the bytes 0 to 31: control characters, line breaks among them.
    static long control(long word) {
        return (word - 0x20 * ONES) & ~word & TOPS;
    }

    /// Marks the bytes 0 to 13: LF, CR and control characters before them.
    static long lineControl(long word) {
        return (word - 0x0E * ONES) & ~word & TOPS;
    }

    /// Index of the first marked byte; the mask must not be 0.
    static int first(long marks) {
        return Long.numberOfTrailingZeros(marks) >>> 3;
    }

    /// All bits below the first mark's (the top bits of the bytes before it, no top bit of the byte itself).
    static long before(long marks) {
        return (marks & -marks) - 1;
    }
}
