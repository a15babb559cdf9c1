package dev.sluice.expression;

import java.math.BigDecimal;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DecimalNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// When two values are the same, and which is greater.
final class Comparison {
    private Comparison() {}

    /// Numbers by value whatever their kind, text with regard to case, objects without regard to the order of
    /// members, and nothing equals a value of another kind.
    static boolean same(JsonNode left, JsonNode right) {
        if (left.isNumber() && right.isNumber()) {
            return compare(left, right) == 0;
        }
        if (left.isContainer() && right.isContainer()) {
            return canonical(left).equals(canonical(right));
        }
        return left.equals(right);
    }

    /// A form in which values that are the same are `equals`: all numbers in one kind, without trailing zeros.
    static JsonNode canonical(JsonNode value) {
        if (value.isNumber()) {
            return isFinite(value) ? DecimalNode.valueOf(decimal(value).stripTrailingZeros()) : value;
        }
        if (value.isArray()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode(value.size());
            value.forEach(element -> array.add(canonical(element)));
            return array;
        }
        if (value.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            value.properties().forEach(member -> object.set(member.getKey(), canonical(member.getValue())));
            return object;
        }
        return value;
    }

    static int compare(JsonNode left, JsonNode right) {
        if (left.isIntegralNumber() && right.isIntegralNumber()) {
            return left.bigIntegerValue().compareTo(right.bigIntegerValue());
        }
        if (!isFinite(left) || !isFinite(right)) {
            return Double.compare(left.doubleValue(), right.doubleValue());
        }
        return decimal(left).compareTo(decimal(right));
    }

    static boolean isFinite(JsonNode number) {
        return number.isIntegralNumber() || number.isBigDecimal() || Double.isFinite(number.doubleValue());
    }

    /// The number as it would be written, so that 0.1 is one tenth.
    static BigDecimal decimal(JsonNode number) {
        if (number.isIntegralNumber()) {
            return new BigDecimal(number.bigIntegerValue());
        }
        return number.isBigDecimal() ? number.decimalValue() : new BigDecimal(Double.toString(number.doubleValue()));
    }
}
