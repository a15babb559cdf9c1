package dev.sluice.ssis.engine.assess;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.packages.Component;
import java.util.Optional;

/// What the data flow runs.
final class Support {
    private Support() {}

    static Optional<ProblemException> component(Component c) {
        return Optional.of(SsisFaults.COMPONENT_UNSUPPORTED
                .problem()
                .at(c.id())
                .evidence("component", c.name())
                .evidence("type", c.typeName())
                .exception());
    }
}
