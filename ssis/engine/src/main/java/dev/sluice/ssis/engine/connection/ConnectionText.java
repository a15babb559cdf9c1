package dev.sluice.ssis.engine.connection;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A connection string taken apart: `Data Source=.;Initial Catalog=db;Provider=SQLNCLI11.1`.
///
/// Keywords are compared without regard to case, white space and underscores. A value may stand in `"…"`, `'…'` or
/// `{…}`, where a doubled closing character is one of it. Of a keyword that is there twice the last one counts, as OLE
/// DB and ADO.NET have it. The format: [MS-ODBCSTR] and ADO.NET's `DbConnectionStringBuilder`.
public final class ConnectionText {
    private final Map<String, String> values;

    private ConnectionText(Map<String, String> values) {
        this.values = values;
    }

    /// Never fails: what is no `keyword=value` is left out.
    public static ConnectionText parse(String text) {
        Map<String, String> values = new LinkedHashMap<>();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            int semicolon = text.indexOf(';', at);
            if (equals < 0) {
                break;
            }
            if (semicolon >= 0 && semicolon < equals) {
                at = semicolon + 1;
                continue;
            }
            StringBuilder value = new StringBuilder();
            int end = value(text, equals + 1, value);
            values.put(key(text.substring(at, equals)), value.toString());
            at = end + 1;
        }
        return new ConnectionText(values);
    }

    /// Reads one value.
    ///
    /// @return where the semicolon after it is, or the end
    private static int value(String text, int start, StringBuilder value) {
        int at = start;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        char open = at < text.length() ? text.charAt(at) : ';';
        char close = open == '{' ? '}' : open;
        if (open != '"' && open != '\'' && open != '{' || closing(text, at + 1, close) < 0) {
            int end = text.indexOf(';', at);
            int stop = end < 0 ? text.length() : end;
            value.append(text.substring(at, stop).strip());
            return stop;
        }
        int end = closing(text, at + 1, close);
        value.append(text, at + 1, end);
        String doubled = String.valueOf(close) + close;
        int found = value.indexOf(doubled);
        while (found >= 0) {
            value.deleteCharAt(found);
            found = value.indexOf(doubled, found + 1);
        }
        int semicolon = text.indexOf(';', end);
        return semicolon < 0 ? text.length() : semicolon;
    }

    private static int closing(String text, int from, char close) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == close) {
                if (i + 1 < text.length() && text.charAt(i + 1) == close) {
                    i++;
                } else {
                    return i;
                }
            }
        }
        return -1;
    }

    private static String key(String keyword) {
        return keyword.replaceAll("[\\s_]", "").toLowerCase(Locale.ROOT);
    }

    /// The value of the first of these keywords that has one that is not blank.
    public Optional<String> first(List<String> keywords) {
        return keywords.stream()
                .map(k -> values.getOrDefault(key(k), ""))
                .filter(v -> !v.isBlank())
                .findFirst();
    }

    public Optional<String> value(String keyword) {
        return first(List.of(keyword));
    }

    /// `true`, `yes`, `sspi`, `mandatory`, `strict`, `1`.
    public boolean flag(String keyword) {
        return value(keyword)
                .map(v -> v.toLowerCase(Locale.ROOT))
                .filter(v -> List.of("true", "yes", "sspi", "mandatory", "strict", "1")
                        .contains(v))
                .isPresent();
    }

    /// By keyword, lower case and without white space.
    Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    /// These values put over those of the text; keywords as in texts.
    ConnectionText with(Map<String, String> others) {
        Map<String, String> all = new LinkedHashMap<>(values);
        others.forEach((k, v) -> all.put(key(k), v));
        return new ConnectionText(all);
    }

    /// Passwords may stand in it.
    @Override
    public String toString() {
        return values.keySet().toString();
    }
}
