package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.spi.SqlParameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the places of parameters in a user's text: `@name` and `:name` of the parameters there are; if there is none
/// of
/// these, `?` in order. Texts in quotes, quoted names and comments are left alone.
///
/// @param sql the text with `?` at each place
/// @param order which parameter stands at each place
record NamedParameters(String sql, List<SqlParameter> order) {
    private static final Pattern WORD = Pattern.compile("[A-Za-z_\\x80-\\uffff][A-Za-z_0-9$\\x80-\\uffff]*");

    /// @param dialect tells which signs quote a name, and whether `\` takes the next character as it is
    static NamedParameters of(String text, List<SqlParameter> parameters, Dialect dialect) {
        if (parameters.isEmpty()) {
            return new NamedParameters(text, List.of());
        }
        NamedParameters named = new Scan(text, parameters, dialect, true).run();
        return named.order.isEmpty() ? new Scan(text, parameters, dialect, false).run() : named;
    }

    private static final class Scan {
        private final String text;
        private final List<SqlParameter> parameters;
        private final boolean names;
        private final char open;
        private final char close;
        private final StringBuilder out = new StringBuilder();
        private final List<SqlParameter> order = new ArrayList<>();
        private int at;

        Scan(String text, List<SqlParameter> parameters, Dialect dialect, boolean names) {
            this.text = text;
            this.parameters = parameters;
            this.names = names;
            String quoted = dialect.quote("x");
            this.open = quoted.charAt(0);
            this.close = quoted.charAt(quoted.length() - 1);
        }

        NamedParameters run() {
            while (at < text.length()) {
                int quiet = quietEnd();
                if (quiet > at) {
                    out.append(text, at, quiet);
                    at = quiet;
                } else if (!place()) {
                    out.append(text.charAt(at++));
                }
            }
            return new NamedParameters(out.toString(), order);
        }

        /// The end of a text, name or comment that begins here; the same position if none does.
        private int quietEnd() {
            char c = text.charAt(at);
            if (c == '\'' || c == '"') {
                return quoteEnd(c, open == '`');
            }
            if (c == open) {
                return quoteEnd(close, false);
            }
            if (text.startsWith("--", at) || c == '#' && open == '`') {
                int end = text.indexOf('\n', at);
                return end < 0 ? text.length() : end;
            }
            if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                return end < 0 ? text.length() : end + 2;
            }
            return text.startsWith("::", at) || text.startsWith("@@", at) ? at + 2 : at;
        }

        private int quoteEnd(char quote, boolean escapes) {
            int end = at + 1;
            while (end < text.length() && text.charAt(end) != quote) {
                end += escapes && text.charAt(end) == '\\' ? 2 : 1;
            }
            return Math.min(end + 1, text.length());
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
            Optional<SqlParameter> named = parameters.stream()
                    .filter(p -> p.name().equalsIgnoreCase(word.group()))
                    .findFirst();
            named.ifPresent(p -> {
                order.add(p);
                at = word.end();
                out.append('?');
            });
            return named.isPresent();
        }
    }
}
