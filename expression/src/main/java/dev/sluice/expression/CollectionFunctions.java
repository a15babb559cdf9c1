package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.util.List;

/// Functions on arrays, objects and text as collections.
final class CollectionFunctions {
    static final List<NamedFunction> TABLE = List.of(function(
            "length",
            1,
            a -> tools.jackson.databind.node.IntNode.valueOf(
                    a.get(0).isString() ? a.text(0).length() : a.array(0).size())));

    private CollectionFunctions() {}
}
