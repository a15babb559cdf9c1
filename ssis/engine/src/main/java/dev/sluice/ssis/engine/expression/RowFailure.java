package dev.sluice.ssis.engine.expression;

/// A value that an expression cannot be computed for. A data flow redirects, ignores or fails by it; elsewhere it is
/// an error. Without a stack trace: there may be one per row.
public final class RowFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    RowFailure(Code code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    /// SSIS's error codes of expressions, as the ErrorCode column shows them.
    public enum Code {
        COMPUTATION(0xC0049014),
        DIVISION_BY_ZERO(0xC0049030),
        OVERFLOW(0xC0049033),
        FUNCTION_OVERFLOW(0xC0049034),
        SUBSTRING_LENGTH(0xC0049040),
        SUBSTRING_START(0xC0049041),
        CAST(0xC0049064),
        FUNCTION(0xC0049067);

        private final int number;

        Code(int number) {
            this.number = number;
        }

        /// As a signed 32-bit number, which is how data flows carry it.
        public int number() {
            return number;
        }

        /// `0xC0049064`.
        public String hex() {
            return "0x" + Integer.toHexString(number).toUpperCase(java.util.Locale.ROOT);
        }
    }
}
