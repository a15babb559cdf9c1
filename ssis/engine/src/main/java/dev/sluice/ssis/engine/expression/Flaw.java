package dev.sluice.ssis.engine.expression;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;

/// What is wrong with a text, with the place in it.
final class Flaw {
    private static final int SHOWN = 300;

    private Flaw() {}

    static ProblemException syntax(String text, int at, String detail) {
        int line = 1
                + (int) text.substring(0, Math.min(at, text.length()))
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
        int column = at - text.lastIndexOf('\n', Math.max(0, at - 1));
        if (at == 0) {
            column = 1;
        }
        return SsisFaults.EXPRESSION_INVALID
                .problem()
                .at("line " + line + ", column " + column)
                .evidence("expression", text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text)
                .evidence("detail", detail)
                .exception();
    }
}
