package dev.sluice.expression;

/// Checks made before something large is built.
final class Bounds {
    private Bounds() {}

    /// A limit was passed inside a function; [Evaluation] adds the place.
    static final class Exceeded extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String what;
        private final long value;
        private final long limit;

        Exceeded(String what, long value, long limit) {
            super(what, null, false, false);
            this.what = what;
            this.value = value;
            this.limit = limit;
        }

        String what() {
            return what;
        }

        long value() {
            return value;
        }

        long limit() {
            return limit;
        }
    }

    static void length(long characters, Limits limits) {
        if (characters > limits.text()) {
            throw new Exceeded("The length of the result", characters, limits.text());
        }
    }

    static void elements(long count, Limits limits) {
        if (count > limits.elements()) {
            throw new Exceeded("The number of elements", count, limits.elements());
        }
    }

    static void append(StringBuilder out, String more, Limits limits) {
        length((long) out.length() + more.length(), limits);
        out.append(more);
    }
}
