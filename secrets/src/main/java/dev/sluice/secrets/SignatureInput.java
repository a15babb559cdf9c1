package dev.sluice.secrets;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One member of a `Signature-Input` field (RFC 9421, section 4.1): which components are covered, with which
/// parameters. Reads exactly the canonical form, because the signature base repeats this text.
///
/// @param text the member's value as it stands in the field: the last line of the signature base
/// @param parameters values without quotes
record SignatureInput(String text, List<String> components, Map<String, String> parameters) {
    static final int MAX_TEXT = 4_096;

    private static final Pattern COMPONENT = Pattern.compile("\"(@?[a-z0-9!#$%&'*+.^_`|~-]+)\"");
    private static final Pattern PARAMETER =
            Pattern.compile(";([a-z*][a-z0-9_.*-]*)=(?:\"([\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]*)\"|(-?[0-9]{1,15}))");

    SignatureInput {
        components = List.copyOf(components);
        parameters = Map.copyOf(parameters);
    }

    /// What [RequestSignature] sends.
    static SignatureInput of(List<String> components, long created, String nonce, String keyId, String algorithm) {
        StringBuilder text = new StringBuilder("(");
        components.forEach(component -> text.append(text.length() > 1 ? " " : "")
                .append('"')
                .append(component)
                .append('"'));
        text.append(");created=").append(created);
        text.append(";nonce=\"").append(nonce).append('"');
        text.append(";keyid=\"").append(keyId).append('"');
        text.append(";alg=\"").append(algorithm).append('"');
        SignatureInput input = parse(text.toString());
        if (input == null || !keyId.equals(input.parameter("keyid")) || !nonce.equals(input.parameter("nonce"))) {
            throw new IllegalArgumentException("key id and nonce must be printable ASCII without quotes");
        }
        return input;
    }

    /// Null when the text is not in canonical form.
    static @Nullable SignatureInput parse(String text) {
        if (text.length() > MAX_TEXT || !text.startsWith("(")) {
            return null;
        }
        List<String> components = new ArrayList<>();
        int at = 1;
        Matcher component = COMPONENT.matcher(text);
        while (at < text.length() && text.charAt(at) != ')') {
            if (!components.isEmpty()) {
                if (text.charAt(at) != ' ') {
                    return null;
                }
                at++;
            }
            if (!component.find(at) || component.start() != at || components.contains(component.group(1))) {
                return null;
            }
            components.add(component.group(1));
            at = component.end();
        }
        Map<String, String> parameters = at < text.length() ? parameters(text, at + 1) : null;
        return parameters == null ? null : new SignatureInput(text, components, parameters);
    }

    private static @Nullable Map<String, String> parameters(String text, int from) {
        Map<String, String> parameters = new HashMap<>();
        int at = from;
        Matcher parameter = PARAMETER.matcher(text);
        while (at < text.length()) {
            if (!parameter.find(at) || parameter.start() != at) {
                return null;
            }
            String value = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
            if (parameters.put(parameter.group(1), value) != null) {
                return null;
            }
            at = parameter.end();
        }
        return parameters;
    }

    @Nullable
    String parameter(String name) {
        return parameters.get(name);
    }

    /// The text that is signed (RFC 9421, section 2.5); null when a covered component has no value.
    @Nullable
    String base(Function<String, @Nullable String> values) {
        StringBuilder base = new StringBuilder();
        for (String component : components) {
            String value = values.apply(component);
            if (value == null || value.indexOf('\n') >= 0) {
                return null;
            }
            base.append('"').append(component).append("\": ").append(value).append('\n');
        }
        return base.append("\"@signature-params\": ").append(text).toString();
    }

    /// The member called `label` of a dictionary field such as `Signature-Input`; null when there is none.
    /// Members are separated by commas outside quotes and parentheses.
    static @Nullable String member(String field, String label) {
        int start = 0;
        boolean quoted = false;
        int open = 0;
        for (int i = 0; i <= field.length(); i++) {
            char c = i < field.length() ? field.charAt(i) : ',';
            if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && c == '(') {
                open++;
            } else if (!quoted && c == ')') {
                open--;
            } else if ((c == ',' && !quoted && open == 0) || i == field.length()) {
                String member = field.substring(start, i).strip();
                if (member.startsWith(label + "=")) {
                    return member.substring(label.length() + 1);
                }
                start = i + 1;
            }
        }
        return null;
    }
}
