package dev.sluice.expression;

import org.jspecify.annotations.Nullable;

/// A function's way to say that it cannot compute; [Evaluation] adds expression, place and function. The detail
/// continues the sentence "The expression … cannot be evaluated because" and never contains an argument's value,
/// which may be secret.
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String detail;
    private final int argument;
    private @Nullable String function;

    Refusal(String detail) {
        this(-1, detail);
    }

    /// @param argument index of the argument at fault, 0-based; -1 when it is not one argument
    Refusal(int argument, String detail) {
        super(detail, null, false, false);
        this.argument = argument;
        this.detail = detail;
    }

    Refusal(int argument, String detail, Throwable origin) {
        super(detail, origin, false, false);
        this.argument = argument;
        this.detail = detail;
    }

    Refusal of(String name) {
        this.function = name;
        return this;
    }

    String detail() {
        return detail;
    }

    int argument() {
        return argument;
    }

    @Nullable
    String function() {
        return function;
    }
}
