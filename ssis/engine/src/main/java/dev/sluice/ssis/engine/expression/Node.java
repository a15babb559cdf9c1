package dev.sluice.ssis.engine.expression;

import java.util.List;

/// What was written. Positions count from 0 in the text.
sealed interface Node {
    int at();

    /// @param value of the class that the type lists
    record Literal(int at, SsisType type, Object value) implements Node {}

    /// `NULL(DT_…)`.
    record Null(int at, SsisType type) implements Node {}

    record Column(int at, String name) implements Node {}

    /// @param name `Namespace::Name`, or the name alone as it was written
    record Variable(int at, String name) implements Node {}

    record Unary(int at, String operator, Node operand) implements Node {}

    record Binary(int at, String operator, Node left, Node right) implements Node {}

    record Conditional(int at, Node condition, Node yes, Node no) implements Node {}

    record Cast(int at, SsisType type, Node operand) implements Node {}

    /// @param name upper case
    record Call(int at, String name, List<Node> arguments) implements Node {}
}
