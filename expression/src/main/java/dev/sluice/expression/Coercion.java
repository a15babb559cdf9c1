package dev.sluice.expression;

import java.io.Writer;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How values turn into each other: Data Factory's engine is written on .NET, and text made from numbers and
/// booleans is what .NET makes of them.
final class Coercion {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Coercion() {}

    /// The value as it appears inside text: in `concat`, in `@{…}` and as the result of `string`.
    static String display(JsonNode value, Limits limits) {
        return switch (value.getNodeType()) {
            case STRING -> value.stringValue();
            case NUMBER -> number(value);
            case BOOLEAN -> value.booleanValue() ? "True" : "False";
            case NULL, MISSING -> "";
            case ARRAY, OBJECT, BINARY, POJO -> json(value, limits);
        };
    }

    /// JSON text without blanks. Stops when it grows past the limit.
    static String json(JsonNode value, Limits limits) {
        StringBuilder out = new StringBuilder();
        MAPPER.writeValue(new BoundedText(out, limits), value);
        return out.toString();
    }

    static String number(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.bigIntegerValue().toString();
        }
        if (value.isBigDecimal()) {
            return value.decimalValue().toPlainString();
        }
        return floating(value.doubleValue());
    }

    /// A double as .NET writes it: shortest digits that read back, an exponent of at least two digits from 1E+15
    /// up and below 1E-05, and no `.0`.
    static String floating(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "Infinity" : "-Infinity";
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = digits.precision() - digits.scale() - 1;
        if (exponent > -5 && exponent < 15) {
            return digits.toPlainString();
        }
        String unscaled = digits.unscaledValue().abs().toString();
        String mantissa = unscaled.length() == 1 ? unscaled : unscaled.charAt(0) + "." + unscaled.substring(1);
        return (value < 0 ? "-" : "")
                + mantissa
                + (exponent < 0 ? "E-" : "E+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    static String typeName(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "String";
            case NUMBER -> value.isIntegralNumber() ? "Integer" : "Float";
            case BOOLEAN -> "Boolean";
            case NULL, MISSING -> "Null";
            case ARRAY -> "Array";
            case OBJECT, POJO -> "Object";
            case BINARY -> "Binary";
        };
    }

    /// A member by its exact name, else by its name without regard to case; null when there is none.
    static @Nullable JsonNode member(JsonNode object, String name) {
        JsonNode exact = object.get(name);
        if (exact != null) {
            return exact;
        }
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (member.getKey().equalsIgnoreCase(name)) {
                return member.getValue();
            }
        }
        return null;
    }

    /// What a function has to say about an argument of the wrong kind.
    static String wrongType(int index, String expected, JsonNode value) {
        return "expects its " + Arguments.ordinal(index) + " parameter to be " + expected
                + ". The provided value is of type '" + typeName(value) + "'.";
    }

    /// Collects characters and refuses the one too many.
    private static final class BoundedText extends Writer {
        private final StringBuilder out;
        private final Limits limits;

        BoundedText(StringBuilder out, Limits limits) {
            this.out = out;
            this.limits = limits;
        }

        @Override
        public void write(char[] buffer, int from, int count) {
            Bounds.length((long) out.length() + count, limits);
            out.append(buffer, from, count);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
