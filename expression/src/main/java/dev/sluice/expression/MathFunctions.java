package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.util.List;

/// Arithmetic.
final class MathFunctions {
    static final List<NamedFunction> TABLE =
            List.of(function("add", 2, a -> tools.jackson.databind.node.LongNode.valueOf(a.integer(0) + a.integer(1))));

    private MathFunctions() {}
}
