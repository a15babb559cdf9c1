package dev.sluice.ssis.engine.expression;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A compiled expression. Immutable and thread-safe; compile once, evaluate for every row.
public final class SsisExpression {
    private static final int SHOWN = 300;

    private final String text;
    private final Optional<String> target;
    private final Typed program;

    private SsisExpression(String text, Optional<String> target, Typed program) {
        this.text = text;
        this.target = target;
        this.program = program;
    }

    /// @throws ProblemException located by line and column, when the text is no expression, names what is not there, or
    ///     mixes types that do not go together
    public static SsisExpression compile(String text, Names names) {
        return new SsisExpression(text, Optional.empty(), new Compiler(text, names).root(new Parser(text).parse()));
    }

    /// An expression that may assign to a variable, as in For loops and Expression tasks: `@[User::x] = …`.
    public static SsisExpression statement(String text, Names names) {
        Parser.Statement statement = new Parser(text).statement();
        Compiler compiler = new Compiler(text, names);
        statement.target().ifPresent(variable -> {
            if (names.variable(variable).isEmpty()) {
                throw compiler.flaw(0, "there is no variable '" + variable + "' to assign to (case counts)");
            }
        });
        return new SsisExpression(text, statement.target(), compiler.root(statement.value()));
    }

    public SsisType type() {
        return program.type();
    }

    /// The variable that the value is assigned to; empty when it only is one.
    public Optional<String> target() {
        return target;
    }

    /// The value for one row.
    ///
    /// @throws RowFailure when there is none
    public @Nullable Object evaluate(Values values) {
        return program.code().value(values);
    }

    /// The value where there are no rows: a failure is an error of the package.
    public @Nullable Object evaluateOrFail(Values values) {
        try {
            return evaluate(values);
        } catch (RowFailure e) {
            throw SsisFaults.EXPRESSION_FAILED
                    .problem()
                    .evidence("expression", text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text)
                    .evidence("detail", e.getMessage())
                    .evidence("ssisCode", e.code().hex())
                    .exception();
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
