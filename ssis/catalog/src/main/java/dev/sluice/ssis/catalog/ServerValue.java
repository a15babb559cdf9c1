package dev.sluice.ssis.catalog;

/// What the server says of a parameter (`set_object_parameter_value`).
public sealed interface ServerValue {
    /// A value of its own (`value_type` V).
    record Literal(Setting value) implements ServerValue {}

    /// The value of a variable of whatever environment the execution refers to (`value_type` R).
    record Reference(String variable) implements ServerValue {}
}
