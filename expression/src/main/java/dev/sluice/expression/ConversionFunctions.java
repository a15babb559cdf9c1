package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.math.BigDecimal;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/// Functions that turn one kind of value into another. Binary values are objects with `$content-type` and
/// `$content` (base64), as in the engine's language.
final class ConversionFunctions {
    static final List<NamedFunction> TABLE = List.of(
            function("array", 1, a -> a.newArray().add(a.get(0))),
            function("createArray", 1, NamedFunction.MANY, ConversionFunctions::createArray),
            function("base64", 1, a -> StringNode.valueOf(encode(bytes(a)))),
            function("base64ToString", 1, ConversionFunctions::base64ToString),
            function("decodeBase64", 1, ConversionFunctions::base64ToString),
            function("base64ToBinary", 1, a -> binary("application/octet-stream", decode(a, a.text(0)))),
            function("binary", 1, a -> binary("application/octet-stream", bytes(a))),
            function("bool", 1, ConversionFunctions::bool),
            function("coalesce", 1, NamedFunction.MANY, ConversionFunctions::coalesce),
            function("dataUri", 1, a -> StringNode.valueOf("data:text/plain;charset=utf-8;base64," + encode(bytes(a)))),
            function(
                    "dataUriToString",
                    1,
                    a -> StringNode.valueOf(text(DataUri.parse(a).content()))),
            function("dataUriToBinary", 1, ConversionFunctions::dataUriToBinary),
            function("decodeDataUri", 1, ConversionFunctions::dataUriToBinary),
            function("uriComponent", 1, ConversionFunctions::uriComponent),
            function("encodeUriComponent", 1, ConversionFunctions::uriComponent),
            function("uriComponentToString", 1, a -> StringNode.valueOf(percentDecoded(a, 0))),
            function("decodeUriComponent", 1, a -> StringNode.valueOf(percentDecoded(a, 0))),
            function(
                    "uriComponentToBinary",
                    1,
                    a -> binary("application/octet-stream", percentDecoded(a, 0).getBytes(StandardCharsets.UTF_8))),
            function("float", 1, ConversionFunctions::floating),
            function("int", 1, ConversionFunctions::integer),
            function("string", 1, ConversionFunctions::string),
            function("json", 1, ConversionFunctions::json));

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(Limits.DEFAULT.depth())
                            .maxStringLength(Limits.DEFAULT.text())
                            .maxNumberLength(1_000)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ConversionFunctions() {}

    private static JsonNode createArray(Arguments a) {
        ArrayNode array = a.newArray();
        a.all().forEach(array::add);
        return array;
    }

    private static JsonNode base64ToString(Arguments a) {
        return StringNode.valueOf(text(decode(a, a.text(0))));
    }

    private static JsonNode string(Arguments a) {
        JsonNode value = a.get(0);
        return value.isString() ? value : StringNode.valueOf(Coercion.display(value, a.limits()));
    }

    private static JsonNode bool(Arguments a) {
        JsonNode value = a.get(0);
        if (value.isBoolean()) {
            return value;
        }
        if (value.isNumber()) {
            return BooleanNode.valueOf(value.doubleValue() != 0);
        }
        String text = value.isString() ? value.stringValue().strip().toLowerCase(Locale.ROOT) : "";
        return switch (text) {
            case "true" -> BooleanNode.TRUE;
            case "false" -> BooleanNode.FALSE;
            default -> throw inconvertible(a, "'true', 'false' or a number");
        };
    }

    private static JsonNode coalesce(Arguments a) {
        for (int i = 0; i < a.size(); i++) {
            if (!a.get(i).isNull()) {
                return a.get(i);
            }
        }
        return NullNode.getInstance();
    }

    private static JsonNode integer(Arguments a) {
        JsonNode value = a.get(0);
        try {
            if (value.isBoolean()) {
                return MathFunctions.integer(value.booleanValue() ? 1 : 0);
            }
            if (value.isNumber() && Comparison.isFinite(value)) {
                return MathFunctions.integer(Comparison.decimal(value).longValueExact());
            }
            if (value.isString()) {
                return MathFunctions.integer(Long.parseLong(value.stringValue().strip()));
            }
        } catch (ArithmeticException | NumberFormatException e) {
            throw inconvertible(a, "an integer of 64 bits");
        }
        throw inconvertible(a, "an integer of 64 bits");
    }

    private static JsonNode floating(Arguments a) {
        JsonNode value = a.get(0);
        if (value.isNumber()) {
            return DoubleNode.valueOf(value.doubleValue());
        }
        if (value.isString() && value.stringValue().length() <= 1_000) {
            try {
                return DoubleNode.valueOf(new BigDecimal(value.stringValue().strip()).doubleValue());
            } catch (NumberFormatException e) {
                throw inconvertible(a, "a decimal number");
            }
        }
        throw inconvertible(a, "a decimal number");
    }

    private static Refusal inconvertible(Arguments a, String target) {
        return new Refusal(
                0,
                "was invoked with a parameter that is not valid. The value of type '" + Coercion.typeName(a.get(0))
                        + "' cannot be converted to the target type (" + target + ").");
    }

    private static JsonNode json(Arguments a) {
        if (a.get(0).isObject()) {
            return XmlFunctions.toJson(a);
        }
        try {
            return MAPPER.readTree(a.text(0));
        } catch (JacksonException e) {
            // Jackson's message quotes the text, which may be secret; its place does not.
            var place = e.getLocation();
            throw new Refusal(
                    0,
                    "expects its parameter to be valid JSON, which it is not"
                            + (place == null
                                    ? "."
                                    : " at line " + place.getLineNr() + ", column " + place.getColumnNr() + "."));
        }
    }

    private static JsonNode uriComponent(Arguments a) {
        String text = a.text(0);
        Bounds.length(text.length(), a.limits());
        return StringNode.valueOf(URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~"));
    }

    private static String percentDecoded(Arguments a, int index) {
        String text = a.text(index);
        if (text.indexOf('%') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new Refusal(index, "expects its parameter to be percent-encoded text.");
        }
    }

    private static JsonNode dataUriToBinary(Arguments a) {
        DataUri uri = DataUri.parse(a);
        return binary(uri.contentType(), uri.content());
    }

    /// A `data:` URI taken apart.
    private record DataUri(String contentType, byte[] content) {
        static DataUri parse(Arguments a) {
            String uri = a.text(0);
            int comma = uri.indexOf(',');
            if (!uri.regionMatches(true, 0, "data:", 0, 5) || comma < 0) {
                throw new Refusal(0, "expects its parameter to be a data URI.");
            }
            String type = uri.substring(5, comma);
            String data = uri.substring(comma + 1);
            boolean encoded = type.toLowerCase(Locale.ROOT).endsWith(";base64");
            String contentType = encoded ? type.substring(0, type.length() - 7) : type;
            return new DataUri(
                    contentType.isEmpty() ? "text/plain;charset=US-ASCII" : contentType,
                    encoded ? decode(a, data) : data.getBytes(StandardCharsets.UTF_8));
        }
    }

    static JsonNode binary(String contentType, byte[] content) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("$content-type", contentType)
                .put("$content", encode(content));
    }

    /// The bytes of a text, or of a binary value.
    static byte[] bytes(Arguments a) {
        JsonNode value = a.get(0);
        JsonNode content = value.isObject() ? value.get("$content") : null;
        return content != null && content.isString()
                ? decode(a, content.stringValue())
                : a.text(0).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String encode(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] decode(Arguments a, String text) {
        Bounds.length(text.length(), a.limits());
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(0, "expects its parameter to be base64 text.");
        }
    }
}
