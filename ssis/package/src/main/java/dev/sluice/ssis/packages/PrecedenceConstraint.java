package dev.sluice.ssis.packages;

/// When an executable may start after another one.
///
/// @param from reference to the earlier executable: refId, or GUID in the old encoding
/// @param to reference to the later one
/// @param and whether all constraints of `to` must hold; otherwise one is enough. Absent in the file means it is one
public record PrecedenceConstraint(
        String name, String from, String to, Evaluation evaluation, Outcome outcome, String expression, boolean and) {

    /// What decides (EvalOp).
    public enum Evaluation {
        EXPRESSION,
        CONSTRAINT,
        EXPRESSION_AND_CONSTRAINT,
        EXPRESSION_OR_CONSTRAINT;

        static Evaluation of(int code) {
            return switch (code) {
                case 1 -> EXPRESSION;
                case 3 -> EXPRESSION_AND_CONSTRAINT;
                case 4 -> EXPRESSION_OR_CONSTRAINT;
                default -> CONSTRAINT;
            };
        }
    }

    /// How the earlier executable must have ended (Value).
    public enum Outcome {
        SUCCESS,
        FAILURE,
        COMPLETION;

        static Outcome of(int code) {
            return switch (code) {
                case 1 -> FAILURE;
                case 2 -> COMPLETION;
                default -> SUCCESS;
            };
        }
    }
}
