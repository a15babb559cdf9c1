package dev.sluice.connectors.jdbc.relational;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Reads `Name=value;Name=value` as ODBC and ADO.NET write it: a value may stand in `{…}`, `'…'` or `"…"`, in which the
/// closing sign is doubled. Names come back in lower case without blanks and underscores.
public final class ConnectionString {
    private static final int MAX_LENGTH = 10_000;

    private final String text;
    private final String store;
    private int at;

    private ConnectionString(String text, String store) {
        this.text = text;
        this.store = store;
    }

    public static Map<String, String> parse(String text, String store) {
        if (text.length() > MAX_LENGTH) {
            throw malformed(store, "it is longer than " + MAX_LENGTH + " characters");
        }
        return new ConnectionString(text, store).entries();
    }

    /// How a setting's name is compared.
    public static String canonical(String name) {
        return name.replace(" ", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    private Map<String, String> entries() {
        Map<String, String> found = new LinkedHashMap<>();
        while (at < text.length()) {
            if (text.charAt(at) == ';' || Character.isWhitespace(text.charAt(at))) {
                at++;
                continue;
            }
            int equals = text.indexOf('=', at);
            int semicolon = text.indexOf(';', at);
            if (equals < 0 || (semicolon >= 0 && semicolon < equals)) {
                throw malformed(store, "entry " + (found.size() + 1) + " has no '='");
            }
            String name = canonical(text.substring(at, equals).strip());
            at = equals + 1;
            if (found.put(name, value(name)) != null) {
                throw malformed(store, "'" + name + "' occurs twice");
            }
        }
        return found;
    }

    private String value(String name) {
        while (at < text.length() && text.charAt(at) == ' ') {
            at++;
        }
        char first = at < text.length() ? text.charAt(at) : ';';
        return switch (first) {
            case '{' -> enclosed(name, '}');
            case '\'', '"' -> enclosed(name, first);
            default -> {
                int end = text.indexOf(';', at);
                end = end < 0 ? text.length() : end;
                String plain = text.substring(at, end).strip();
                at = end;
                yield plain;
            }
        };
    }

    private String enclosed(String name, char close) {
        StringBuilder value = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c != close) {
                value.append(c);
            } else if (at + 1 < text.length() && text.charAt(at + 1) == close) {
                value.append(c);
                at++;
            } else {
                at++;
                return value.toString();
            }
        }
        throw malformed(store, "the value of '" + name + "' is not closed by " + close);
    }

    private static ProblemException malformed(String store, String detail) {
        return ConnectionFaults.SETTING_INVALID.with("setting", "connectionString", "store", store, "detail", detail);
    }
}
