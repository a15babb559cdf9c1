package dev.sluice.ssis.engine.dataflow.rows;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/// How texts are compared where order counts (Sort, Merge, Merge Join) and where comparison flags are set. The
/// product's tables are Windows' own; here letters compare first without case and accents, then by accents, then by
/// case with small letters first; signs stand before digits and digits before letters. Without flags, two texts are
/// equal only when they are the same.
public final class Collation {
    public static final int IGNORE_CASE = 1;
    public static final int IGNORE_ACCENTS = 2;
    public static final int IGNORE_SYMBOLS = 4;
    private static final int IGNORE_KANA = 65_536;
    private static final int IGNORE_WIDTH = 131_072;

    private Collation() {}

    /// What is left of a text for a comparison for equality with these flags.
    public static String folded(String text, int flags) {
        String s = text;
        if ((flags & IGNORE_WIDTH) != 0) {
            s = Normalizer.normalize(s, Normalizer.Form.NFKC);
        }
        if ((flags & IGNORE_ACCENTS) != 0) {
            s = withoutMarks(s);
        }
        if ((flags & IGNORE_CASE) != 0) {
            s = s.toUpperCase(java.util.Locale.ROOT);
        }
        if ((flags & IGNORE_SYMBOLS) != 0) {
            s = s.replaceAll("[^\\p{L}\\p{N}]", "");
        }
        return (flags & IGNORE_KANA) != 0 ? hiragana(s) : s;
    }

    private static String withoutMarks(String s) {
        for (int i = 0; i < s.length(); i++) {
            if (s.charAt(i) > 127) {
                return Normalizer.normalize(s, Normalizer.Form.NFD).replaceAll("\\p{Mn}", "");
            }
        }
        return s;
    }

    /// Katakana as Hiragana.
    private static String hiragana(String s) {
        StringBuilder to = new StringBuilder(s.length());
        s.chars().forEach(c -> to.append((char) (c >= 0x30A1 && c <= 0x30F6 ? c - 0x60 : c)));
        return to.toString();
    }

    /// Bytes that compare (unsigned) as the texts do.
    static byte[] key(String text, int flags) {
        String s = folded(text, flags);
        String first = withoutMarks(s).toUpperCase(java.util.Locale.ROOT);
        StringBuilder key = new StringBuilder(3 * s.length() + 2);
        for (int i = 0; i < first.length(); i++) {
            char c = first.charAt(i);
            key.append((char) (Character.isLetter(c) ? 4 : Character.isDigit(c) ? 3 : 2))
                    .append(c);
        }
        // What is the same so far is told apart by accents, then by case.
        key.append('\1').append(s.toUpperCase(java.util.Locale.ROOT)).append('\1');
        for (int i = 0; i < s.length(); i++) {
            key.append((char) (Character.isUpperCase(s.charAt(i)) ? 3 : 2));
        }
        key.append('\1').append(s);
        return key.toString().getBytes(StandardCharsets.UTF_8);
    }
}
