package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.spi.SecretValue;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Text of a description with `{member}` in it, or `{member|filter}`:
///
/// - `address`: a host or address as one that begins with its scheme and ends without a slash; `address:http` where no
///   encryption is wanted
/// - `host`: the host of an address
/// - `table`: the last part of a table's name, without quotation marks, in small letters
/// - `quoted`: apostrophes doubled, as a text of OData has them
///
/// In addresses of requests values are escaped, but for those of `{+member}`. A text with a secret in it is a secret.
final class Template {
    private static final Pattern PART = Pattern.compile("\\{(\\+?)(\\w+)((?:\\|[a-z]+)*)}");

    private Template() {}

    /// The members that stand in it.
    static List<String> members(String template) {
        List<String> found = new ArrayList<>();
        Matcher m = PART.matcher(template);
        while (m.find()) {
            found.add(m.group(2));
        }
        return found;
    }

    /// @param values of the members, texts or [SecretValue]s; asked for each, throws for one that must be there
    /// @param escaped whether values become part of a request's address
    /// @return a [String], or a [SecretValue] where one went in
    static Object filled(String template, Function<String, Object> values, boolean escaped) {
        StringBuilder out = new StringBuilder();
        boolean secret = false;
        Matcher m = PART.matcher(template);
        int at = 0;
        while (m.find()) {
            out.append(template, at, m.start());
            Object value = values.apply(m.group(2));
            secret |= value instanceof SecretValue;
            String text = value instanceof SecretValue s ? s.reveal() : value.toString();
            for (String filter : m.group(3).split("\\|", -1)) {
                text = filter(filter, text, values);
            }
            boolean raw = !escaped || !m.group(1).isEmpty();
            out.append(raw ? text : URLEncoder.encode(text, UTF_8).replace("+", "%20"));
            at = m.end();
        }
        out.append(template, at, template.length());
        return secret ? new SecretValue(out.toString()) : out.toString();
    }

    private static String filter(String name, String text, Function<String, Object> values) {
        return switch (name) {
            case "" -> text;
            case "address" -> address(text, values);
            case "host" -> address(text, values).replaceFirst("^https?://", "").replaceFirst("[/:].*$", "");
            case "table" ->
                text.replaceAll("[\"`\\[\\]]", "")
                        .replaceFirst("^.*\\.", "")
                        .strip()
                        .toLowerCase(Locale.ROOT);
            case "quoted" -> text.replace("'", "''");
            default -> throw new IllegalArgumentException("a template has the filter " + name);
        };
    }

    private static String address(String text, Function<String, Object> values) {
        String plain = text.strip().replaceFirst("/+$", "");
        if (plain.regionMatches(true, 0, "http://", 0, 7) || plain.regionMatches(true, 0, "https://", 0, 8)) {
            return plain;
        }
        boolean open = Optional.of(values.apply("useEncryptedEndpoints"))
                .filter(v -> v.toString().equalsIgnoreCase("false"))
                .isPresent();
        return (open ? "http://" : "https://") + plain;
    }
}
