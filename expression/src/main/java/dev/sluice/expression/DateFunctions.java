package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.util.List;

/// Time stamps.
final class DateFunctions {
    static final List<NamedFunction> TABLE = List.of(function(
            "utcNow",
            0,
            1,
            a -> tools.jackson.databind.node.StringNode.valueOf(
                    a.scope().clock().instant().toString())));

    private DateFunctions() {}
}
