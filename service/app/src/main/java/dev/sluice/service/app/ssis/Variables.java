package dev.sluice.service.app.ssis;

import dev.sluice.model.Json;
import dev.sluice.service.store.SsisEnvironments;
import dev.sluice.ssis.catalog.Environment;
import dev.sluice.ssis.catalog.Setting;
import dev.sluice.ssis.catalog.ValueText;
import dev.sluice.ssis.packages.VariantType;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// An environment's variables as JSON: `{name: {type, value, description}}`; a secret's value is sealed.
final class Variables {
    private Variables() {}

    static Environment of(SsisEnvironments.Stored stored) {
        List<Environment.Variable> all = new ArrayList<>();
        stored.variables()
                .properties()
                .forEach(e -> Settings.fromJson(e.getValue().path("value"))
                        .ifPresent(value -> all.add(new Environment.Variable(
                                e.getKey(),
                                ValueText.type(e.getValue().path("type").asString(""))
                                        .orElse(VariantType.STRING),
                                value,
                                e.getValue().path("description").asString("")))));
        return new Environment(stored.folder(), stored.name(), all);
    }

    /// The variables with one more, or another one of that name.
    static ObjectNode with(ObjectNode variables, Environment.Variable variable) {
        ObjectNode changed = without(variables, variable.name());
        ObjectNode one = changed.putObject(variable.name());
        one.put("type", variable.type().word());
        one.set("value", Settings.toJson(variable.value()));
        one.put("description", variable.description());
        return changed;
    }

    static ObjectNode without(ObjectNode variables, String name) {
        ObjectNode changed = Json.object();
        variables.properties().forEach(e -> {
            if (!e.getKey().equalsIgnoreCase(name)) {
                changed.set(e.getKey(), e.getValue());
            }
        });
        return changed;
    }

    static ObjectNode shown(Environment.Variable variable) {
        ObjectNode json = Json.object();
        json.put("name", variable.name());
        json.put("type", variable.type().word());
        json.put("sensitive", variable.sensitive());
        json.put("description", variable.description());
        Settings.show(json, "value", variable.value());
        return json;
    }

    /// Why a value cannot be one of a variable.
    static java.util.Optional<String> flaw(VariantType type, Setting value) {
        return value instanceof Setting.Plain(String text) ? ValueText.flaw(type, text) : java.util.Optional.empty();
    }
}
