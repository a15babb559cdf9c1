package dev.sluice.ssis.engine.control;

import dev.sluice.ssis.packages.Executable;
import java.util.Optional;

/// Which tasks can be run.
public interface Tasks {
    /// The runner for a task; empty when tasks of its kind cannot be run.
    Optional<TaskRunner> runner(Executable task);
}
