package dev.sluice.data.batch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Up to eight decimal digits at once in a `long`, the first digit's byte lowest: no loop whose length nobody can
/// foretell. (Divisions by multiplication after H. S. Warren, "Hacker's Delight", chapter 10.)
final class DigitWords {
    /// Values below this have at most eight digits.
    static final long LIMIT = 100_000_000L;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ZEROS = 0x3030_3030_3030_3030L;
    private static final long TOPS = 0x8080_8080_8080_8080L;

    private DigitWords() {}

    /// The digits of a value below [#LIMIT], each a byte from 0 to 9, with leading zeros.
    private static long digits(int value) {
        int upper = value / 10_000;
        long fours = upper | (long) (value - upper * 10_000) << 32;
        long hundreds = fours * 10_486 >>> 20 & 0x0000_007F_0000_007FL;
        long twos = hundreds | (fours - hundreds * 100) << 16;
        long tens = twos * 103 >>> 10 & 0x000F_000F_000F_000FL;
        return tens | (twos - tens * 10) << 8;
    }

    /// Writes the value without leading zeros; eight bytes are touched.
    ///
    /// @return the position after its last digit
    static int write(int value, byte[] out, int at) {
        long digits = digits(value);
        // The last digit counts as one even when it is 0.
        int leading = Long.numberOfTrailingZeros(digits | 1L << 56) >>> 3;
        LONG.set(out, at, (digits | ZEROS) >>> 8 * leading);
        return at + 8 - leading;
    }

    /// Writes all eight digits.
    static int writeAll(int value, byte[] out, int at) {
        LONG.set(out, at, digits(value) | ZEROS);
        return at + 8;
    }

    /// Whether [#parse] may look at so many bytes before that position.
    static boolean reaches(int count, int to) {
        return count <= 8 && count > 0 && to >= 8;
    }

    /// The number in the `count` bytes before `to`, where [#reaches] holds; negative when they are not all digits.
    static long parse(byte[] text, int to, int count) {
        int others = 64 - 8 * count;
        long word = ((long) LONG.get(text, to - 8) ^ ZEROS) >>> others << others;
        if (((word + 0x7676_7676_7676_7676L | word) & TOPS) != 0) {
            return -1;
        }
        word = word * 10 + (word >>> 8);
        return (word & 0x0000_00FF_0000_00FFL) * 0x000F_4240_0000_0064L
                        + (word >>> 16 & 0x0000_00FF_0000_00FFL) * 0x0000_2710_0000_0001L
                >>> 32;
    }
}
