package dev.sluice.expression;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;

/// Says where in an expression's text something is wrong.
final class Place {
    private Place() {}

    static ProblemException syntax(String text, int at, String detail) {
        return problem(DocumentFaults.EXPRESSION_SYNTAX, text, at)
                .evidence("detail", detail)
                .exception();
    }

    /// @param detail continues "cannot be evaluated because"
    static ProblemException failed(String text, int at, String detail) {
        return problem(DocumentFaults.EXPRESSION_FAILED, text, at)
                .evidence("detail", detail)
                .exception();
    }

    static ProblemException failed(String text, int at, String function, Refusal refusal) {
        return problem(DocumentFaults.EXPRESSION_FAILED, text, at)
                .evidence("detail", "the template language function '" + function + "' " + refusal.detail())
                .evidence("function", function)
                .evidence("argument", refusal.argument() < 0 ? null : refusal.argument() + 1)
                .exception();
    }

    static ProblemException limit(String text, int at, String what, long value, long limit) {
        return problem(DocumentFaults.LIMIT_EXCEEDED, text, at)
                .evidence("what", what)
                .evidence("value", value)
                .evidence("limit", limit)
                .exception();
    }

    private static Problem.Builder problem(Fault fault, String text, int at) {
        int line = 1;
        int start = 0;
        for (int i = 0; i < at && i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                start = i + 1;
            }
        }
        int column = at - start + 1;
        return fault.problem()
                .evidence("expression", text)
                .evidence("line", line)
                .evidence("column", line == 1 ? String.valueOf(column) : column + " of line " + line);
    }
}
