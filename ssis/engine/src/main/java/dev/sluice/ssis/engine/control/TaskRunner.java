package dev.sluice.ssis.engine.control;

import org.jspecify.annotations.Nullable;

/// Does what a kind of task does.
public interface TaskRunner {
    /// Runs on a thread of its own, which is interrupted when the package is to stop.
    ///
    /// @return the execution value, for the variable that `ExecValueVariable` names; null for none
    /// @throws dev.sluice.diagnosis.ProblemException when the task fails
    /// @throws InterruptedException when it was told to stop
    @Nullable
    Object run(TaskCall call) throws InterruptedException;
}
