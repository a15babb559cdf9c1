package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.util.List;
import java.util.function.IntPredicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;

/// Decisions. Arguments that do not matter are not evaluated: the branch of `if` not taken, the second argument
/// of `and` and `or` when the first decides.
final class LogicalFunctions {
    static final List<NamedFunction> TABLE = List.of(
            function("and", 2, a -> BooleanNode.valueOf(a.bool(0) && a.bool(1))),
            function("or", 2, a -> BooleanNode.valueOf(a.bool(0) || a.bool(1))),
            function("not", 1, a -> BooleanNode.valueOf(!a.bool(0))),
            function("if", 3, a -> a.bool(0) ? a.get(1) : a.get(2)),
            function("equals", 2, LogicalFunctions::equal),
            function("greater", 2, a -> compared(a, order -> order > 0)),
            function("greaterOrEquals", 2, a -> compared(a, order -> order >= 0)),
            function("less", 2, a -> compared(a, order -> order < 0)),
            function("lessOrEquals", 2, a -> compared(a, order -> order <= 0)));

    private LogicalFunctions() {}

    private static JsonNode equal(Arguments a) {
        JsonNode left = a.get(0);
        JsonNode right = a.get(1);
        if (left.isBoolean() && right.isIntegralNumber()) {
            return BooleanNode.valueOf(
                    left.booleanValue() == (right.bigIntegerValue().signum() != 0));
        }
        if (right.isBoolean() && left.isIntegralNumber()) {
            return BooleanNode.valueOf(
                    right.booleanValue() == (left.bigIntegerValue().signum() != 0));
        }
        return BooleanNode.valueOf(Comparison.same(left, right));
    }

    private static JsonNode compared(Arguments a, IntPredicate test) {
        JsonNode left = a.get(0);
        JsonNode right = a.get(1);
        if (left.isNumber()) {
            return BooleanNode.valueOf(test.test(Comparison.compare(left, a.number(1))));
        }
        if (!left.isString()) {
            throw a.wrong(0, "an integer, a decimal number or a string");
        }
        if (!right.isString()) {
            throw a.wrong(1, "a string like its first");
        }
        return BooleanNode.valueOf(test.test(left.stringValue().compareTo(right.stringValue())));
    }
}
