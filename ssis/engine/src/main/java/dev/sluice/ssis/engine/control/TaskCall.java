package dev.sluice.ssis.engine.control;

import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.PropertyBag;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One execution of a task.
///
/// @param properties of the task, those with an expression evaluated
/// @param scope variables as the task sees them
/// @param events to raise warnings, information and progress; what ends the task is thrown
/// @param transaction that its connections take part in; null for none
public record TaskCall(
        Executable task,
        PropertyBag properties,
        Scope scope,
        EventPort events,
        @Nullable Transaction transaction) {
    /// A call outside any transaction.
    public TaskCall(Executable task, PropertyBag properties, Scope scope, EventPort events) {
        this(task, properties, scope, events, null);
    }

    /// Raises events in the name of the task.
    public interface EventPort {
        /// An error that does not end the task by itself; it counts towards MaximumErrorCount.
        void error(int code, String description);

        void warning(int code, String description);

        void information(String description);

        void progress(int percent, String description);

        /// An event of the task's own, which no handler waits for: log providers and the catalog hear it.
        default void custom(String event, String description, Map<String, Object> values) {}
    }
}
