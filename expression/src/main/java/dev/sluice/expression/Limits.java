package dev.sluice.expression;

/// Bounds that keep one expression from occupying a process. Exceeding one is a located
/// [dev.sluice.diagnosis.DocumentFaults#LIMIT_EXCEEDED].
///
/// @param length longest expression text, in UTF-16 characters
/// @param depth deepest nesting of calls, brackets and JSON values
/// @param steps most tree nodes evaluated in one evaluation
/// @param text longest text a function may produce, in UTF-16 characters
/// @param elements most elements of an array a function may produce
public record Limits(int length, int depth, int steps, int text, int elements) {
    /// What the service and nodes use: an activity's definition may have 896 KB and its output 4 MB in Data
    /// Factory.
    public static final Limits DEFAULT = new Limits(900_000, 200, 1_000_000, 4 << 20, 100_000);
}
