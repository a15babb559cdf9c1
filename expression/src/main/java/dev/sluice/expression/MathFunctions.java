package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.List;
import java.util.function.BinaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.LongNode;

/// Arithmetic. Two integers give an integer of 64 bits, and what does not fit is refused; anything else is
/// computed in decimal and given as a floating-point number, so that 0.1 + 0.2 is 0.3.
final class MathFunctions {
    static final List<NamedFunction> TABLE = List.of(
            function("add", 2, a -> computed(a, BigInteger::add, BigDecimal::add)),
            function("sub", 2, a -> computed(a, BigInteger::subtract, BigDecimal::subtract)),
            function("mul", 2, a -> computed(a, BigInteger::multiply, BigDecimal::multiply)),
            function("div", 2, a -> divided(a, BigInteger::divide, (x, y) -> x.divide(y, MathContext.DECIMAL128))),
            function("mod", 2, a -> divided(a, BigInteger::remainder, MathFunctions::remainder)),
            function("max", 1, NamedFunction.MANY, a -> extreme(a, 1)),
            function("min", 1, NamedFunction.MANY, a -> extreme(a, -1)),
            function("rand", 2, MathFunctions::rand),
            function("range", 2, MathFunctions::range));

    private MathFunctions() {}

    static JsonNode integer(long value) {
        return value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value);
    }

    private static JsonNode computed(
            Arguments a, BinaryOperator<BigInteger> integers, BinaryOperator<BigDecimal> decimals) {
        JsonNode left = a.number(0);
        JsonNode right = a.number(1);
        if (left.isIntegralNumber() && right.isIntegralNumber()) {
            BigInteger result = integers.apply(left.bigIntegerValue(), right.bigIntegerValue());
            if (result.bitLength() > 63) {
                throw new Refusal("has a result that does not fit an integer of 64 bits.");
            }
            return integer(result.longValue());
        }
        for (int i = 0; i < 2; i++) {
            if (!Comparison.isFinite(a.number(i))) {
                throw new Refusal(i, "cannot compute with infinity.");
            }
        }
        double result = decimals.apply(Comparison.decimal(left), Comparison.decimal(right))
                .doubleValue();
        if (!Double.isFinite(result)) {
            throw new Refusal("has a result that is too large.");
        }
        return DoubleNode.valueOf(result);
    }

    private static JsonNode divided(
            Arguments a, BinaryOperator<BigInteger> integers, BinaryOperator<BigDecimal> decimals) {
        if (Comparison.isFinite(a.number(1)) && Comparison.decimal(a.number(1)).signum() == 0) {
            throw new Refusal(1, "attempted to divide by zero.");
        }
        return computed(a, integers, decimals);
    }

    /// The quotient of two doubles may have 600 digits: far apart, the smaller decides nothing.
    private static BigDecimal remainder(BigDecimal left, BigDecimal right) {
        return new BigDecimal(Double.toString(left.doubleValue() % right.doubleValue()));
    }

    private static JsonNode extreme(Arguments a, int direction) {
        boolean listed = a.size() == 1 && a.get(0).isArray();
        int count = listed ? a.get(0).size() : a.size();
        if (count == 0) {
            throw new Refusal(0, "expects its array not to be empty.");
        }
        JsonNode best = null;
        for (int i = 0; i < count; i++) {
            JsonNode value = listed ? a.get(0).get(i) : a.number(i);
            if (!value.isNumber()) {
                throw new Refusal(
                        0,
                        "expects all elements of its array to be numbers; one is of type '" + Coercion.typeName(value)
                                + "'.");
            }
            if (best == null || Integer.signum(Comparison.compare(value, best)) == direction) {
                best = value;
            }
        }
        return java.util.Objects.requireNonNull(best);
    }

    private static JsonNode rand(Arguments a) {
        long least = a.integer(0);
        long bound = a.integer(1);
        if (least >= bound) {
            throw new Refusal(1, "expects its second parameter to be greater than its first.");
        }
        return integer(a.scope().random().nextLong(least, bound));
    }

    private static JsonNode range(Arguments a) {
        long start = a.integer(0);
        int count = a.count(1);
        Bounds.elements(count, a.limits());
        if (count > 0 && start > Long.MAX_VALUE - count) {
            throw new Refusal(0, "has a result that does not fit an integer of 64 bits.");
        }
        ArrayNode values = a.newArray();
        for (int i = 0; i < count; i++) {
            values.add(integer(start + i));
        }
        return values;
    }
}
