package dev.sluice.expression;

/// A function's way to say that it cannot compute; [Evaluation] adds expression, place and function. The detail
/// continues the words "the template language function 'x' …" and never contains an argument's text, which may be
/// secret.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String detail;
    private final int argument;

    Refusal(String detail) {
        this(-1, detail);
    }

    /// @param argument index of the argument at fault, 0-based; -1 when it is not one argument
    Refusal(int argument, String detail) {
        super(detail, null, false, false);
        this.argument = argument;
        this.detail = detail;
    }

    String detail() {
        return detail;
    }

    int argument() {
        return argument;
    }
}
