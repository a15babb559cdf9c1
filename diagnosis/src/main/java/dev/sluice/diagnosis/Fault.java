package dev.sluice.diagnosis;

import java.util.List;

/// One thing that can go wrong, described once. Constants live in the `*Faults` class of their area and are collected
/// by [Faults#all()]; the user's error reference is generated from them.
///
/// @param code stable, never reused: PascalCase words, e.g. `PostgreSqlWrongPassword`
/// @param kind whose move it is, unless the occurrence knows better ([Problem.Builder#on(Kind)])
/// @param retryable whether the same attempt may succeed later without anybody changing anything
/// @param cause one sentence; `{name}` is replaced by the evidence of that name
/// @param resolution the steps that mend it, in order, each one sentence for a person at this system
public record Fault(String code, Kind kind, boolean retryable, String cause, List<String> resolution) {
    public Fault {
        resolution = List.copyOf(resolution);
        if (!code.matches("[A-Z][A-Za-z0-9]{2,79}")) {
            throw new IllegalArgumentException("fault code " + code);
        }
        if (resolution.isEmpty()) {
            throw new IllegalArgumentException(code + " has no resolution");
        }
    }

    static Fault fault(String code, Kind kind, String cause, String... resolution) {
        return new Fault(code, kind, false, cause, List.of(resolution));
    }

    static Fault passing(String code, Kind kind, String cause, String... resolution) {
        return new Fault(code, kind, true, cause, List.of(resolution));
    }

    /// Starts an occurrence of this fault.
    public Problem.Builder problem() {
        return new Problem.Builder(this);
    }

    /// An occurrence of this fault as an exception, with evidence given as name, value, name, value …
    public ProblemException with(Object... evidence) {
        Problem.Builder b = problem();
        for (int i = 0; i + 1 < evidence.length; i += 2) {
            b.evidence(String.valueOf(evidence[i]), evidence[i + 1]);
        }
        return b.exception();
    }
}
