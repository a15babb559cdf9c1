package dev.sluice.ssis.engine.dataflow.rowwise;

import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import java.text.Normalizer;
import java.util.Locale;
import java.util.function.Function;

/// The operations of Character Map, by its flags.
final class CharacterMap {
    private static final int LOWER = 256;
    private static final int UPPER = 512;
    private static final int BYTE_REVERSAL = 2_048;
    private static final int HIRAGANA = 0x100000;
    private static final int KATAKANA = 0x200000;
    private static final int HALF_WIDTH = 0x400000;
    private static final int FULL_WIDTH = 0x800000;
    private static final int LINGUISTIC = 0x01000000;
    private static final int KNOWN =
            LOWER | UPPER | BYTE_REVERSAL | HIRAGANA | KATAKANA | HALF_WIDTH | FULL_WIDTH | LINGUISTIC;

    private CharacterMap() {}

    static Function<Object, Object> of(Wiring wiring, int flags) {
        if ((flags & ~KNOWN) != 0) {
            throw wiring.invalid(
                    "the character mapping " + Integer.toHexString(flags & ~KNOWN)
                            + " (simplified or traditional Chinese) is not available here",
                    Codes.PROPERTY);
        }
        if ((flags & LOWER) != 0 && (flags & UPPER) != 0) {
            throw wiring.invalid("lower and upper case do not go together", Codes.PROPERTY);
        }
        return value -> value instanceof String s ? mapped(s, flags) : value;
    }

    private static String mapped(String text, int flags) {
        String s = text;
        if ((flags & LOWER) != 0) {
            s = s.toLowerCase(Locale.ROOT);
        }
        if ((flags & UPPER) != 0) {
            s = s.toUpperCase(Locale.ROOT);
        }
        if ((flags & HALF_WIDTH) != 0) {
            s = shifted(s, 0xFF01, 0xFF5E, -0xFEE0).replace('\u3000', ' ');
        }
        if ((flags & FULL_WIDTH) != 0) {
            s = shifted(Normalizer.normalize(s, Normalizer.Form.NFKC), 0x21, 0x7E, 0xFEE0)
                    .replace(' ', '\u3000');
        }
        if ((flags & HIRAGANA) != 0) {
            s = shifted(s, 0x30A1, 0x30F6, -0x60);
        }
        if ((flags & KATAKANA) != 0) {
            s = shifted(s, 0x3041, 0x3096, 0x60);
        }
        if ((flags & BYTE_REVERSAL) != 0) {
            StringBuilder turned = new StringBuilder(s.length());
            s.chars().forEach(c -> turned.append(Character.reverseBytes((char) c)));
            s = turned.toString();
        }
        return s;
    }

    private static String shifted(String text, int from, int to, int by) {
        StringBuilder out = new StringBuilder(text.length());
        text.chars().forEach(c -> out.append((char) (c >= from && c <= to ? c + by : c)));
        return out.toString();
    }
}
