package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.PropertyBag;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a task's payload says, with the values of property expressions put over it.
final class Payload {
    private Payload() {}

    /// @param renamed name of a property in expressions to its name in the payload, in pairs
    static PropertyBag of(TaskCall call, String... renamed) {
        Element payload = call.task().payload();
        Map<String, String> values = new LinkedHashMap<>();
        if (payload != null) {
            values.putAll(payload.attributes());
            payload.children().forEach(child -> values.putIfAbsent(child.name(), child.text()));
        }
        Map<String, String> names = new LinkedHashMap<>();
        for (int i = 0; i + 1 < renamed.length; i += 2) {
            names.put(renamed[i], renamed[i + 1]);
        }
        call.task()
                .expressions()
                .keySet()
                .forEach(name -> call.properties()
                        .text(name)
                        .ifPresent(value -> values.put(names.getOrDefault(name, name), value)));
        return new PropertyBag(values);
    }

    static ProblemException failed(TaskCall call, String detail) {
        return SsisFaults.TASK_FAILED
                .problem()
                .at(call.task().refId())
                .evidence("task", call.task().name())
                .evidence("detail", detail)
                .exception();
    }
}
