package dev.sluice.ssis.engine.dataflow;

import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.packages.Pipeline;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Data Flow Task.
public final class DataFlowTask implements TaskRunner {
    private final Function<TaskCall, Connections> connections;
    private final DataFlowLimits limits;

    /// @param connections as one execution of the task sees them
    public DataFlowTask(Function<TaskCall, Connections> connections, DataFlowLimits limits) {
        this.connections = connections;
        this.limits = limits;
    }

    @Override
    public @Nullable Object run(TaskCall call) throws InterruptedException {
        Pipeline pipeline = call.task().pipeline();
        if (pipeline != null) {
            run(pipeline, call, connections.apply(call), limits);
        }
        return null;
    }

    /// Runs a data flow on threads of its own and waits for it; an interrupt of the caller stops it.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException what made it fail first, located at the component
    public static Outcome run(Pipeline pipeline, TaskCall call, Connections connections, DataFlowLimits limits)
            throws InterruptedException {
        return new DataFlow(pipeline, call, connections, limits).run();
    }

    /// Validates a data flow without connecting to anything: components, columns, expressions, files' formats.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException what makes it impossible to run, located at the component
    public static void check(Pipeline pipeline, TaskCall call, Connections connections, DataFlowLimits limits) {
        new DataFlow(pipeline, call, connections, limits).check();
    }
}
