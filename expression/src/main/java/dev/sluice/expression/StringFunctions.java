package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.util.List;

/// Text.
final class StringFunctions {
    static final List<NamedFunction> TABLE = List.of(function("concat", 1, NamedFunction.MANY, a -> {
        StringBuilder out = new StringBuilder();
        for (var v : a.all()) {
            Bounds.append(out, Coercion.display(v, a.limits()), a.limits());
        }
        return tools.jackson.databind.node.StringNode.valueOf(out.toString());
    }));

    private StringFunctions() {}
}
