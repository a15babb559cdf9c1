package dev.sluice.diagnosis;

import org.jspecify.annotations.Nullable;

/// A [Problem] on its way to whoever reports it. Unchecked: it is caught where work is accounted for (a job, a
/// request, a command), not in between.
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem, @Nullable Throwable origin) {
        super(problem.toString(), origin);
        this.problem = problem;
    }

    public ProblemException(Problem problem) {
        this(problem, null);
    }

    public Problem problem() {
        return problem;
    }
}
