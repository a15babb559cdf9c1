package dev.sluice.local.factory;

import dev.sluice.model.Json;
import dev.sluice.model.secret.SecretPlaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// Evaluates the expressions of an ARM template, `"[concat(parameters('factoryName'), '/Orders')]"`, as far
/// as exports of factories use them: `parameters`, `variables`, `concat`, `format`, `toLower`, `toUpper`,
/// `replace`, `string`, `int`, `bool`, `json`, `if`, `equals`, `coalesce`, `createArray`, `resourceId`,
/// members and elements. What cannot be evaluated stays as it stands. `[[` at the beginning stands for `[`.
final class TemplateValues {
    private static final int MAX_DEPTH = 30;

    private final JsonNode template;
    private final ObjectNode given;
    private int depth;

    /// @param given values of parameters, by name in any case
    TemplateValues(JsonNode template, ObjectNode given) {
        this.template = template;
        this.given = given;
    }

    /// A value with every expression in it evaluated.
    JsonNode evaluated(JsonNode value) {
        if (value.isString()) {
            return string(value.stringValue());
        }
        if (value.isArray()) {
            ArrayNode copy = Json.array();
            value.forEach(item -> copy.add(evaluated(item)));
            return copy;
        }
        if (value.isObject()) {
            ObjectNode copy = Json.object();
            value.properties().forEach(e -> copy.set(e.getKey(), evaluated(e.getValue())));
            return copy;
        }
        return value;
    }

    /// A text evaluated; the text itself where that is not possible or no text comes of it.
    String text(String text) {
        JsonNode value = string(text);
        return value.isValueNode() ? value.asString() : text;
    }

    private JsonNode string(String text) {
        if (text.startsWith("[[") && text.endsWith("]")) {
            return Json.text(text.substring(1));
        }
        if (!text.startsWith("[") || !text.endsWith("]") || depth > MAX_DEPTH) {
            return Json.text(text);
        }
        depth++;
        try {
            JsonNode value = new Reader(text.substring(1, text.length() - 1)).whole();
            return value.isMissingNode() ? Json.text(text) : value;
        } catch (IllegalArgumentException notUnderstood) {
            return Json.text(text);
        } finally {
            depth--;
        }
    }

    private JsonNode parameter(String name) {
        JsonNode value = ignoringCase(given, name);
        JsonNode declared = ignoringCase(template.path("parameters"), name);
        boolean empty = value.isMissingNode()
                || (value.isString() && value.stringValue().isEmpty());
        boolean secure =
                declared.path("type").asString("").toLowerCase(Locale.ROOT).startsWith("secure");
        if (secure && empty && !declared.has("defaultValue")) {
            // Exports leave secrets out: what is not said stands for what is stored.
            return Json.text(SecretPlaces.MASK);
        }
        return value.isMissingNode() ? evaluated(declared.path("defaultValue")) : value;
    }

    private static JsonNode ignoringCase(JsonNode object, String name) {
        for (Map.Entry<String, JsonNode> e : object.properties()) {
            if (e.getKey().equalsIgnoreCase(name)) {
                return e.getValue();
            }
        }
        return MissingNode.getInstance();
    }

    private JsonNode call(String name, List<JsonNode> arguments) {
        for (JsonNode argument : arguments) {
            if (argument.isMissingNode() || unevaluated(argument)) {
                return MissingNode.getInstance();
            }
        }
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "parameters" -> parameter(first(arguments));
            case "variables" -> evaluated(ignoringCase(template.path("variables"), first(arguments)));
            case "concat" -> {
                StringBuilder text = new StringBuilder();
                arguments.forEach(a -> text.append(a.asString("")));
                yield Json.text(text.toString());
            }
            case "format" -> {
                String text = first(arguments);
                for (int i = 1; i < arguments.size(); i++) {
                    text = text.replace("{" + (i - 1) + "}", arguments.get(i).asString(""));
                }
                yield Json.text(text);
            }
            case "coalesce" ->
                arguments.stream().filter(a -> !a.isNull()).findFirst().orElse(MissingNode.getInstance());
            case "if" ->
                arguments.size() == 3
                        ? arguments.get(arguments.getFirst().asBoolean(false) ? 1 : 2)
                        : MissingNode.getInstance();
            case "equals" ->
                arguments.size() == 2
                        ? JsonNodeFactory.instance.booleanNode(arguments.get(0).equals(arguments.get(1)))
                        : MissingNode.getInstance();
            case "resourceid" -> resourceId(arguments);
            case "int" -> Json.parse(first(arguments).strip());
            case "bool" -> JsonNodeFactory.instance.booleanNode(Boolean.parseBoolean(first(arguments)));
            case "json" -> Json.parse(first(arguments));
            case "createarray" -> Json.array().addAll(arguments);
            case "tolower" -> Json.text(first(arguments).toLowerCase(Locale.ROOT));
            case "toupper" -> Json.text(first(arguments).toUpperCase(Locale.ROOT));
            case "string" -> Json.text(first(arguments));
            case "replace" ->
                arguments.size() == 3
                        ? Json.text(first(arguments)
                                .replace(
                                        arguments.get(1).asString(""),
                                        arguments.get(2).asString("")))
                        : MissingNode.getInstance();
            default -> MissingNode.getInstance();
        };
    }

    /// `resourceId('Microsoft.DataFactory/factories/pipelines', 'f', 'p')`: without subscription and group, which a
    /// template does not say, the part that follows them.
    private static JsonNode resourceId(List<JsonNode> arguments) {
        int type = 0;
        while (type < arguments.size() && !arguments.get(type).asString("").contains("/")) {
            type++;
        }
        if (type >= arguments.size()) {
            return MissingNode.getInstance();
        }
        String[] segments = arguments.get(type).asString("").split("/");
        StringBuilder id = new StringBuilder(segments[0]);
        for (int i = 1; i < segments.length; i++) {
            int name = type + i;
            id.append('/').append(segments[i]);
            if (name < arguments.size()) {
                id.append('/').append(arguments.get(name).asString(""));
            }
        }
        return Json.text(id.toString());
    }

    private static boolean unevaluated(JsonNode value) {
        return value.isString()
                && value.stringValue().startsWith("[")
                && value.stringValue().endsWith("]");
    }

    private static String first(List<JsonNode> arguments) {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("an argument is missing");
        }
        return arguments.getFirst().asString("");
    }

    /// Reads one expression from left to right.
    private final class Reader {
        private final String text;
        private int at;

        Reader(String text) {
            this.text = text;
        }

        JsonNode whole() {
            JsonNode value = value(0);
            space();
            if (at != text.length()) {
                throw new IllegalArgumentException("more text at " + at);
            }
            return value;
        }

        private JsonNode value(int nesting) {
            if (nesting > MAX_DEPTH) {
                throw new IllegalArgumentException("too deep");
            }
            space();
            char c = peek();
            if (c == '\'') {
                return Json.text(literal());
            }
            if (Character.isDigit(c) || c == '-') {
                int from = at++;
                while (Character.isDigit(peek())) {
                    at++;
                }
                return Json.parse(text.substring(from, at));
            }
            String name = word();
            space();
            JsonNode value = MissingNode.getInstance();
            if (peek() == '(') {
                value = call(name, arguments(nesting));
            }
            return members(value, nesting);
        }

        private JsonNode members(JsonNode of, int nesting) {
            JsonNode value = of;
            while (true) {
                space();
                if (peek() == '.') {
                    at++;
                    value = ignoringCase(value, word());
                } else if (peek() == '[') {
                    at++;
                    JsonNode key = value(nesting + 1);
                    space();
                    expect(']');
                    value = key.isNumber() ? value.path(key.asInt()) : ignoringCase(value, key.asString(""));
                } else {
                    return value;
                }
            }
        }

        private List<JsonNode> arguments(int nesting) {
            List<JsonNode> arguments = new ArrayList<>();
            expect('(');
            space();
            while (peek() != ')') {
                arguments.add(value(nesting + 1));
                space();
                if (peek() == ',') {
                    at++;
                } else if (peek() != ')') {
                    throw new IllegalArgumentException("a comma is missing at " + at);
                }
            }
            at++;
            return arguments;
        }

        private String literal() {
            StringBuilder literal = new StringBuilder();
            at++;
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c != '\'') {
                    literal.append(c);
                } else if (peek() == '\'') {
                    literal.append('\'');
                    at++;
                } else {
                    return literal.toString();
                }
            }
            throw new IllegalArgumentException("the text does not end");
        }

        private String word() {
            int from = at;
            while (Character.isLetterOrDigit(peek()) || peek() == '_') {
                at++;
            }
            if (from == at) {
                throw new IllegalArgumentException("a name is missing at " + at);
            }
            return text.substring(from, at);
        }

        private void space() {
            while (Character.isWhitespace(peek())) {
                at++;
            }
        }

        private char peek() {
            return at < text.length() ? text.charAt(at) : 0;
        }

        private void expect(char c) {
            if (peek() != c) {
                throw new IllegalArgumentException(c + " is missing at " + at);
            }
            at++;
        }
    }
}
