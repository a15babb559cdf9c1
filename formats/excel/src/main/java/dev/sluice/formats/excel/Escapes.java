package dev.sluice.formats.excel;

/// Characters that XML has no place for, as a workbook writes them: `_x000D_`.
final class Escapes {
    private static final int LENGTH = 7;

    private Escapes() {}

    static String read(CharSequence text) {
        int at = indexOf(text, 0);
        if (at < 0) {
            return text.toString();
        }
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        while (at >= 0) {
            out.append(text, from, at).append((char)
                    Integer.parseInt(text.subSequence(at + 2, at + 6).toString(), 16));
            from = at + LENGTH;
            at = indexOf(text, from);
        }
        return out.append(text, from, text.length()).toString();
    }

    private static int indexOf(CharSequence text, int from) {
        for (int i = from; i + LENGTH <= text.length(); i++) {
            if (isEscape(text, i)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean isEscape(CharSequence text, int at) {
        if (at + LENGTH > text.length()
                || text.charAt(at) != '_'
                || text.charAt(at + 1) != 'x'
                || text.charAt(at + 6) != '_') {
            return false;
        }
        for (int i = at + 2; i < at + 6; i++) {
            if (Character.digit(text.charAt(i), 16) < 0) {
                return false;
            }
        }
        return true;
    }

    /// Appends a text as the content of an element.
    static void write(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\t', '\n' -> out.append(c);
                default -> {
                    if (c < ' ' || c == '\uFFFE' || c == '\uFFFF') {
                        out.append(String.format("_x%04X_", (int) c));
                    } else if (c == '_' && isEscape(text, i)) {
                        out.append("_x005F_");
                    } else {
                        out.append(c);
                    }
                }
            }
        }
    }
}
