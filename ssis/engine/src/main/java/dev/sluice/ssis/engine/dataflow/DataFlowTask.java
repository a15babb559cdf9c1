package dev.sluice.ssis.engine.dataflow;

import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.packages.Pipeline;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Data Flow Task.
public final class DataFlowTask implements TaskRunner {
    /// The event by which a data flow tells how long each of its components took: its variables are `Component`,
    /// `ActiveNanos`, `Rows`, `BeganNanos` and `EndedNanos`, as in [Outcome.ComponentTime].
    public static final String COMPONENT_TIME = "PipelineComponentTime";

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
            timed(call, run(pipeline, call, connections.apply(call), limits));
        }
        return null;
    }

    /// SSIS's custom log entry of a data flow, one for each component, with what the Performance level shows.
    private static void timed(TaskCall call, Outcome outcome) {
        for (Outcome.ComponentTime t : outcome.components()) {
            call.events()
                    .custom(
                            COMPONENT_TIME,
                            "The component \"" + t.component() + "\" spent " + t.nanos() / 1_000_000
                                    + " milliseconds with " + t.rows() + " rows.",
                            Map.of(
                                    "Component", t.component(),
                                    "ActiveNanos", t.nanos(),
                                    "Rows", t.rows(),
                                    "BeganNanos", t.began(),
                                    "EndedNanos", t.ended()));
        }
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
