package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.util.List;

/// Decisions.
final class LogicalFunctions {
    static final List<NamedFunction> TABLE = List.of(
            function(
                    "equals",
                    2,
                    a -> tools.jackson.databind.node.BooleanNode.valueOf(
                            a.get(0).equals(a.get(1)))),
            function("not", 1, a -> tools.jackson.databind.node.BooleanNode.valueOf(!a.bool(0))),
            function("if", 3, a -> a.bool(0) ? a.get(1) : a.get(2)));

    private LogicalFunctions() {}
}
