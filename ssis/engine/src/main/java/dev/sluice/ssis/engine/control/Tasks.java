package dev.sluice.ssis.engine.control;

import dev.sluice.ssis.packages.Enumerator;
import dev.sluice.ssis.packages.Executable;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which tasks can be run, and what else of an execution needs more than control flow.
public interface Tasks {
    /// The runner for a task; empty when tasks of its kind cannot be run.
    Optional<TaskRunner> runner(Executable task);

    /// What to do instead of a task that cannot be run.
    default String advice(Executable task) {
        return "replace it by a task that can be run";
    }

    /// What a Foreach loop goes through, for enumerators that need connections or documents.
    ///
    /// @return empty when enumerators of its kind cannot be run
    default Optional<Iterator<List<@Nullable Object>>> values(
            Enumerator enumerator, Executable loop, Scope scope, @Nullable Transaction transaction)
            throws InterruptedException {
        return Optional.empty();
    }

    /// Begins a transaction of a container.
    ///
    /// @param owner refId of the container
    /// @param isolation ISOLevel
    default Transaction begin(String owner, int isolation) {
        return new Transaction() {
            @Override
            public void commit() {}

            @Override
            public void rollback() {}
        };
    }
}
