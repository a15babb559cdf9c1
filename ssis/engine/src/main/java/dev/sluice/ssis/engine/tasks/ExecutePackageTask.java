package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.PropertyBag;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Execute Package Task: another package, of the project or from a file, with parameters assigned from variables.
final class ExecutePackageTask implements TaskRunner {
    private final Children children;
    private final PackageConnections connections;

    /// Finds and runs packages that are called.
    interface Children {
        /// @param reference name within the project (`Load.dtsx`), or path of a file
        /// @param values by `$Package::name`
        Result run(TaskCall call, String reference, boolean ofProject, Map<String, Object> values)
                throws InterruptedException;
    }

    ExecutePackageTask(Children children, PackageConnections connections) {
        this.children = children;
        this.connections = connections;
    }

    @Override
    public @Nullable Object run(TaskCall call) throws InterruptedException {
        PropertyBag p = Payload.of(call);
        boolean ofProject = p.flag("UseProjectReference", false)
                || !p.text("PackageNameFromProjectReference", "").isBlank();
        String reference = ofProject
                ? p.text("PackageName").orElse(p.text("PackageNameFromProjectReference", ""))
                : connections.text(call, p.text("Connection", ""));
        Result result = children.run(call, reference, ofProject, arguments(call));
        if (result == Result.CANCELLED) {
            throw new InterruptedException("cancelled");
        }
        if (result == Result.FAILURE) {
            throw SsisFaults.TASK_FAILED
                    .problem()
                    .at(call.task().refId())
                    .evidence("task", call.task().name())
                    .evidence("detail", "the package '" + reference + "' that it runs failed")
                    .exception();
        }
        return null;
    }

    private static Map<String, Object> arguments(TaskCall call) {
        Map<String, Object> values = new LinkedHashMap<>();
        Element payload = call.task().payload();
        if (payload != null) {
            for (Element assignment : payload.children("ParameterAssignment")) {
                String parameter = child(assignment, "ParameterName");
                Object value = call.scope()
                        .require(child(assignment, "BindedVariableOrParameterName"))
                        .value();
                if (value != null) {
                    values.put("$Package::" + parameter, value);
                }
            }
        }
        return values;
    }

    private static String child(Element e, String name) {
        return e.child(name).map(Element::text).orElse(e.attribute(name, "")).strip();
    }
}
