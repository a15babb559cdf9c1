package dev.sluice.ssis.engine.dataflow;

import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.Pipeline;
import dev.sluice.ssis.packages.PropertyBag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Puts the values of the task's property expressions into the components they are meant for: `[Component].[Property]`.
final class Expressed {
    private Expressed() {}

    static Pipeline applied(Pipeline pipeline, PropertyBag properties) {
        boolean none = properties.values().keySet().stream().noneMatch(name -> name.startsWith("["));
        if (none) {
            return pipeline;
        }
        List<Component> components =
                pipeline.components().stream().map(c -> applied(c, properties)).toList();
        return new Pipeline(pipeline.properties(), components, pipeline.paths(), pipeline.others());
    }

    private static Component applied(Component c, PropertyBag properties) {
        Map<String, Component.Property> values = new LinkedHashMap<>(c.properties());
        String prefix = "[" + c.name() + "].[";
        properties.values().forEach((name, value) -> {
            if (name.startsWith(prefix) && name.endsWith("]")) {
                String property = name.substring(prefix.length(), name.length() - 1);
                values.put(property, new Component.Property(property, "System.String", value, List.of()));
            }
        });
        return new Component(
                c.id(),
                c.name(),
                c.classId(),
                c.userType(),
                c.contact(),
                c.kind(),
                c.attributes(),
                values,
                c.connections(),
                c.inputs(),
                c.outputs(),
                c.others());
    }
}
