package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.SsisPackage;
import java.util.List;
import java.util.Map;

/// The connection managers that a package sees: its own, those of its project, and the values an execution gives.
public final class Connections {
    private final SsisPackage definition;
    private final List<ConnectionManager> project;
    private final Map<String, String> overrides;

    /// @param overrides `name.property` to value, e.g. `Warehouse.ConnectionString`
    public Connections(SsisPackage definition, List<ConnectionManager> project, Map<String, String> overrides) {
        this.definition = definition;
        this.project = List.copyOf(project);
        this.overrides = Map.copyOf(overrides);
    }

    /// @throws dev.sluice.diagnosis.ProblemException I05: which task refers to which connection that is not there
    public ConnectionManager require(TaskCall call, String reference) {
        return definition
                .connection(reference, project)
                .orElseThrow(() -> SsisFaults.CONNECTION_MISSING
                        .problem()
                        .at(call.task().refId())
                        .evidence("connection", reference.isEmpty() ? "(none)" : reference)
                        .evidence("user", "task '" + call.task().name() + "'")
                        .evidence("ssisCode", "0xC001000E")
                        .exception());
    }

    /// The connection string: what the execution gives, else the value of an expression, else what is saved.
    public String text(TaskCall call, String reference) {
        ConnectionManager manager = require(call, reference);
        String given = overrides.get(manager.name() + ".ConnectionString");
        if (given != null) {
            return given;
        }
        String expression = manager.expressions().get("ConnectionString");
        if (expression != null) {
            Object value = call.scope().evaluate(expression);
            return value == null ? "" : value.toString();
        }
        return manager.connectionString();
    }
}
