package dev.sluice.ssis.engine.assess;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.dataflow.Components;
import dev.sluice.ssis.packages.Component;
import java.util.Optional;

/// What the data flow runs.
final class Support {
    private Support() {}

    static Optional<ProblemException> component(Component c) {
        return Components.runs(c.kind()) ? Optional.empty() : Optional.of(Components.unsupported(c));
    }
}
