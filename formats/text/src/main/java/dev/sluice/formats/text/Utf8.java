package dev.sluice.formats.text;

/// UTF-8 as RFC 3629 defines it: no surrogates, nothing overlong, nothing above U+10FFFF.
final class Utf8 {
    private Utf8() {}

    /// Position of the first byte of `[from, to)` that is not part of a well-formed character, or -1.
    static int malformed(byte[] bytes, int from, int to) {
        int p = from;
        while (p < to) {
            if (to - p >= 8 && (Swar.load(bytes, p) & Swar.TOPS) == 0) {
                p += 8;
            } else {
                int length = length(bytes, p, to);
                if (length == 0) {
                    return p;
                }
                p += length;
            }
        }
        return -1;
    }

    /// Length of the character at `p`, 0 when it is malformed.
    private static int length(byte[] bytes, int p, int to) {
        int lead = bytes[p];
        if (lead >= 0) {
            return 1;
        }
        int second = p + 1 < to ? bytes[p + 1] & 255 : 0;
        int length = lead >= (byte) 0xF0 ? 4 : lead >= (byte) 0xE0 ? 3 : 2;
        boolean good = switch (lead & 255) {
            case 0xE0 -> second >= 0xA0 && second <= 0xBF;
            case 0xED -> second >= 0x80 && second <= 0x9F;
            case 0xF0 -> second >= 0x90 && second <= 0xBF;
            case 0xF4 -> second >= 0x80 && second <= 0x8F;
            default -> (lead & 255) >= 0xC2 && (lead & 255) <= 0xF4 && second >= 0x80 && second <= 0xBF;
        };
        if (!good || p + length > to) {
            return 0;
        }
        for (int i = 2; i < length; i++) {
            if ((bytes[p + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        return length;
    }
}
