package dev.sluice.expression;

import tools.jackson.databind.JsonNode;

/// One row of a function table.
///
/// @param name as documented, e.g. `formatDateTime`
/// @param least fewest arguments
/// @param most most arguments; [#MANY] when open
record NamedFunction(String name, int least, int most, Body body) {
    static final int MANY = 1_000;

    /// Computes the value. Arguments are evaluated when asked for, each at most once.
    interface Body {
        JsonNode apply(Arguments arguments);
    }

    static NamedFunction function(String name, int arity, Body body) {
        return new NamedFunction(name, arity, arity, body);
    }

    static NamedFunction function(String name, int least, int most, Body body) {
        return new NamedFunction(name, least, most, body);
    }

    /// How many arguments it takes, in words.
    String expected() {
        if (least == most) {
            return least == 0 ? "no arguments" : least == 1 ? "1 argument" : least + " arguments";
        }
        return most == MANY
                ? "at least " + least + (least == 1 ? " argument" : " arguments")
                : least + " to " + most + " arguments";
    }
}
