package dev.sluice.ssis.engine.dataflow;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Pipeline;
import java.util.List;

/// One execution of a data flow.
final class DataFlow {
    private final Pipeline pipeline;
    private final TaskCall call;
    private final Connections connections;
    private final DataFlowLimits limits;

    DataFlow(Pipeline pipeline, TaskCall call, Connections connections, DataFlowLimits limits) {
        this.pipeline = pipeline;
        this.call = call;
        this.connections = connections;
        this.limits = limits;
    }

    Outcome run() throws InterruptedException {
        for (Component component : pipeline.components()) {
            throw SsisFaults.COMPONENT_UNSUPPORTED
                    .problem()
                    .at(component.id())
                    .evidence("component", component.name())
                    .evidence("type", component.typeName())
                    .evidence("ssisCode", "0xC0048021")
                    .exception();
        }
        return new Outcome(List.of(), List.of());
    }
}
