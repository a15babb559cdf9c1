package dev.sluice.ssis.engine.expression;

import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A compiled part: what it gives and how.
///
/// @param constant the value of a literal; null for everything else
record Typed(SsisType type, Code code, @Nullable Object constant) {
    /// Gives the value for one evaluation.
    interface Code {
        @Nullable
        Object value(Values values);
    }

    static Typed of(SsisType type, Code code) {
        return new Typed(type, code, null);
    }

    static Typed literal(SsisType type, Object value) {
        return new Typed(type, v -> value, value);
    }

    SsisType.Kind kind() {
        return type.kind();
    }

    /// The value of a whole literal that is not negative; lengths of results follow from it.
    OptionalInt literalCount() {
        return constant instanceof Long n && n >= 0 && n <= Integer.MAX_VALUE
                ? OptionalInt.of(n.intValue())
                : OptionalInt.empty();
    }

    /// Characters a text may have.
    int length() {
        return kind().string() ? type.length() : SsisType.MAX_LENGTH;
    }
}
