package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.spi.SqlParameter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the places of parameters in a user's text: `@name` and `:name` of the parameters there are; if there is none
/// of these, `?` in order. Texts in quotes or between dollars, quoted names and comments are left alone, as are casts
/// (`::`), `@` and `:` before other words, and operators with `?`.
///
/// @param sql the text with `?` at each place, as JDBC has them
/// @param order which parameter stands at each place
record NamedParameters(String sql, List<SqlParameter> order) {
    private static final Pattern DOLLAR =
            Pattern.compile("\\$(?:[A-Za-z_\\x80-\\uffff][A-Za-z_0-9\\x80-\\uffff]*)?\\$");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_\\x80-\\uffff][A-Za-z_0-9$\\x80-\\uffff]*");

    static NamedParameters of(String text, List<SqlParameter> parameters) {
        if (parameters.isEmpty()) {
            return new NamedParameters(text, List.of());
        }
        NamedParameters named = new Scan(text, parameters, true).run();
        return named.order.isEmpty() ? new Scan(text, parameters, false).run() : named;
    }

    private static final class Scan {
        private final String text;
        private final List<SqlParameter> parameters;
        private final boolean names;
        private final StringBuilder out = new StringBuilder();
        private final List<SqlParameter> order = new ArrayList<>();
        private int at;

        Scan(String text, List<SqlParameter> parameters, boolean names) {
            this.text = text;
            this.parameters = parameters;
            this.names = names;
        }

        NamedParameters run() {
            while (at < text.length()) {
                int quiet = quietEnd();
                if (quiet > at) {
                    out.append(text, at, quiet);
                    at = quiet;
                } else if (!place()) {
                    char c = text.charAt(at++);
                    // The driver takes a doubled question mark for one of the user's.
                    out.append(c == '?' ? "??" : String.valueOf(c));
                }
            }
            return new NamedParameters(out.toString(), order);
        }

        /// The end of a text, name or comment that begins here; the same position if none does.
        private int quietEnd() {
            char c = text.charAt(at);
            if (c == '\'') {
                return quoteEnd('\'', isEscaped());
            }
            if (c == '"') {
                return quoteEnd('"', false);
            }
            if (text.startsWith("--", at)) {
                int end = text.indexOf('\n', at);
                return end < 0 ? text.length() : end;
            }
            if (text.startsWith("/*", at)) {
                return commentEnd();
            }
            if (c == '$' && (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))) {
                Matcher tag = DOLLAR.matcher(text).region(at, text.length());
                if (tag.lookingAt()) {
                    int end = text.indexOf(tag.group(), tag.end());
                    return end < 0 ? text.length() : end + tag.group().length();
                }
            }
            return text.startsWith("::", at) ? at + 2 : at;
        }

        /// Whether the quote is one of `E'…'`, in which a backslash takes the next character as it is.
        private boolean isEscaped() {
            return at > 0
                    && (text.charAt(at - 1) == 'E' || text.charAt(at - 1) == 'e')
                    && (at == 1 || !Character.isLetterOrDigit(text.charAt(at - 2)) && text.charAt(at - 2) != '_');
        }

        private int quoteEnd(char quote, boolean escapes) {
            int end = at + 1;
            while (end < text.length() && text.charAt(end) != quote) {
                end += escapes && text.charAt(end) == '\\' ? 2 : 1;
            }
            return Math.min(end + 1, text.length());
        }

        private int commentEnd() {
            int depth = 0;
            int end = at;
            do {
                if (text.startsWith("/*", end)) {
                    depth++;
                    end += 2;
                } else if (text.startsWith("*/", end)) {
                    depth--;
                    end += 2;
                } else {
                    end++;
                }
            } while (depth > 0 && end < text.length());
            return Math.min(end, text.length());
        }

        /// Takes the place of a parameter, if there is one here.
        private boolean place() {
            char c = text.charAt(at);
            if (!names) {
                if (c != '?' || order.size() >= parameters.size()) {
                    return false;
                }
                order.add(parameters.get(order.size()));
                at++;
                out.append('?');
                return true;
            }
            if (c != '@' && c != ':') {
                return false;
            }
            Matcher word = WORD.matcher(text).region(at + 1, text.length());
            if (!word.lookingAt()) {
                return false;
            }
            for (SqlParameter parameter : parameters) {
                if (parameter.name().equalsIgnoreCase(word.group())) {
                    order.add(parameter);
                    at = word.end();
                    out.append('?');
                    return true;
                }
            }
            return false;
        }
    }
}
