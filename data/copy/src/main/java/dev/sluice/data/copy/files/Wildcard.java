package dev.sluice.data.copy.files;

import java.util.Arrays;

/// Data Factory's wildcards within one path segment: `*` any characters, `?` one or none, `^` takes the next
/// character as it is. Case-sensitive. Matching takes time in proportion to pattern and text, whatever they hold.
final class Wildcard {
    private enum Kind {
        LITERAL,
        ANY,
        OPTIONAL
    }

    private final char[] chars;
    private final Kind[] kinds;

    private Wildcard(char[] chars, Kind[] kinds) {
        this.chars = chars;
        this.kinds = kinds;
    }

    static Wildcard of(String text) {
        char[] chars = new char[text.length()];
        Kind[] kinds = new Kind[text.length()];
        int n = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            Kind kind = c == '*' ? Kind.ANY : c == '?' ? Kind.OPTIONAL : Kind.LITERAL;
            if (c == '^' && i + 1 < text.length()) {
                c = text.charAt(++i);
            }
            chars[n] = c;
            kinds[n++] = kind;
        }
        return new Wildcard(Arrays.copyOf(chars, n), Arrays.copyOf(kinds, n));
    }

    static boolean isIn(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*' || c == '?') {
                return true;
            }
            i += c == '^' ? 1 : 0;
        }
        return false;
    }

    /// The text with its escapes resolved, for a text without wildcards.
    static String literal(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            i += text.charAt(i) == '^' && i + 1 < text.length() ? 1 : 0;
            out.append(text.charAt(i));
        }
        return out.toString();
    }

    boolean matches(String segment) {
        // reached[i]: the pattern so far matches the first i characters.
        boolean[] reached = new boolean[segment.length() + 1];
        reached[0] = true;
        for (int p = 0; p < kinds.length; p++) {
            boolean[] next = new boolean[reached.length];
            for (int i = 0; i < reached.length; i++) {
                boolean here = i > 0 && reached[i - 1];
                next[i] = switch (kinds[p]) {
                    case LITERAL -> here && segment.charAt(i - 1) == chars[p];
                    case OPTIONAL -> reached[i] || here;
                    case ANY -> reached[i] || i > 0 && next[i - 1];
                };
            }
            reached = next;
        }
        return reached[segment.length()];
    }
}
