package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.util.List;

/// Functions that turn one kind of value into another.
final class ConversionFunctions {
    static final List<NamedFunction> TABLE = List.of(function(
            "string", 1, a -> tools.jackson.databind.node.StringNode.valueOf(Coercion.display(a.get(0), a.limits()))));

    private ConversionFunctions() {}
}
