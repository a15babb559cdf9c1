package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.SqlParameter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the places of parameters in a user's text: `@name` and `:name` of the parameters there are; if there is
/// none of these, `?` in order. What is no SQL of its own ([Quiet]) is left alone, as are casts (`::`), `@` and
/// `:` before other words.
///
/// @param sql the text with `?` at each place, as JDBC has them
/// @param order which parameter stands at each place
public record NamedParameters(String sql, List<SqlParameter> order) {
    private static final Pattern DOLLAR =
            Pattern.compile("\\$(?:[A-Za-z_\\x80-\\uffff][A-Za-z_0-9\\x80-\\uffff]*)?\\$");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_\\x80-\\uffff][A-Za-z_0-9$\\x80-\\uffff]*");

    /// How a system writes texts, names and comments, in which nothing is replaced.
    ///
    /// @param open, close the signs around a quoted name
    /// @param backslashes whether `\` takes the next character of a text as it is, and `#` begins a comment: MySQL
    /// @param dollars whether there are texts between dollars and with `E` before them, comments within comments,
    /// and operators with `?` that the driver wants doubled: PostgreSQL
    public record Quiet(char open, char close, boolean backslashes, boolean dollars) {
        public static final Quiet POSTGRESQL = new Quiet('"', '"', false, true);

        static Quiet of(Dialect dialect) {
            String quoted = dialect.quote("x");
            char open = quoted.charAt(0);
            return new Quiet(open, quoted.charAt(quoted.length() - 1), open == '`', false);
        }
    }

    public static NamedParameters of(String text, List<SqlParameter> parameters, Quiet quiet) {
        if (parameters.isEmpty()) {
            return new NamedParameters(text, List.of());
        }
        NamedParameters named = new Scan(text, parameters, quiet, true).run();
        return named.order.isEmpty() ? new Scan(text, parameters, quiet, false).run() : named;
    }

    private static final class Scan {
        private final String text;
        private final List<SqlParameter> parameters;
        private final Quiet quiet;
        private final boolean names;
        private final StringBuilder out = new StringBuilder();
        private final List<SqlParameter> order = new ArrayList<>();
        private int at;

        Scan(String text, List<SqlParameter> parameters, Quiet quiet, boolean names) {
            this.text = text;
            this.parameters = parameters;
            this.quiet = quiet;
            this.names = names;
        }

        NamedParameters run() {
            while (at < text.length()) {
                int end = quietEnd();
                if (end > at) {
                    out.append(text, at, end);
                    at = end;
                } else if (!place()) {
                    char c = text.charAt(at++);
                    // PostgreSQL's driver takes a doubled question mark for one of the user's.
                    out.append(c == '?' && quiet.dollars() ? "??" : String.valueOf(c));
                }
            }
            return new NamedParameters(out.toString(), order);
        }

        /// The end of a text, name or comment that begins here; the same position if none does.
        private int quietEnd() {
            char c = text.charAt(at);
            if (c == quiet.open()) {
                return quoteEnd(quiet.close(), false);
            }
            if (c == '\'' || c == '"') {
                return quoteEnd(c, quiet.backslashes() || c == '\'' && quiet.dollars() && isEscaped());
            }
            if (text.startsWith("--", at) || c == '#' && quiet.backslashes()) {
                int end = text.indexOf('\n', at);
                return end < 0 ? text.length() : end;
            }
            if (text.startsWith("/*", at)) {
                return commentEnd();
            }
            if (quiet.dollars()) {
                int end = dollarsEnd();
                if (end > at) {
                    return end;
                }
            }
            boolean pair = text.startsWith("::", at) || text.startsWith("@@", at) && !quiet.dollars();
            return pair ? at + 2 : at;
        }

        private int dollarsEnd() {
            if (text.charAt(at) != '$' || at > 0 && Character.isLetterOrDigit(text.charAt(at - 1))) {
                return at;
            }
            Matcher tag = DOLLAR.matcher(text).region(at, text.length());
            if (!tag.lookingAt()) {
                return at;
            }
            int end = text.indexOf(tag.group(), tag.end());
            return end < 0 ? text.length() : end + tag.group().length();
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
                if (text.startsWith("/*", end) && (depth == 0 || quiet.dollars())) {
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
