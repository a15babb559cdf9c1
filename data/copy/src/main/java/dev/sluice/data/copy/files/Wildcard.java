package dev.sluice.data.copy.files;

import java.util.regex.Pattern;

/// Data Factory's wildcards within one path segment: `*` any characters, `?` one or none, `^` takes the next
/// character as it is. Case-sensitive.
final class Wildcard {
    private final Pattern pattern;

    private Wildcard(Pattern pattern) {
        this.pattern = pattern;
    }

    static Wildcard of(String text) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '*') {
                regex.append("[^/]*+");
                while (i + 1 < text.length() && text.charAt(i + 1) == '*') {
                    i++;
                }
                // Possessive would swallow what follows; only a star at the end may.
                if (i + 1 < text.length()) {
                    regex.setLength(regex.length() - 1);
                }
            } else if (c == '?') {
                regex.append("[^/]?");
            } else {
                i += c == '^' && i + 1 < text.length() ? 1 : 0;
                regex.append(Pattern.quote(String.valueOf(text.charAt(i))));
            }
        }
        return new Wildcard(Pattern.compile(regex.toString(), Pattern.DOTALL));
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
        return pattern.matcher(segment).matches();
    }
}
