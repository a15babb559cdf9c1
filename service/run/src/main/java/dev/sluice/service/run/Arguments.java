package dev.sluice.service.run;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import dev.sluice.model.Parameter;
import dev.sluice.model.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Values for the parameters of a pipeline, dataset or linked service: what was given, else the default, each of the
/// declared type.
///
/// @param values by declared name, in the order of declaration
/// @param problems everything that does not fit
record Arguments(Map<String, JsonNode> values, List<Problem> problems) {
    /// Longest value quoted in a message.
    private static final int MAX_SHOWN = 100;

    /// @param owner for messages, e.g. `pipeline 'p'`
    /// @param given the arguments; names are compared without regard to case, null counts as not given
    /// @param pointer where the arguments stand
    /// @param strict whether an argument for an unknown parameter is a problem
    static Arguments bind(
            Map<String, Parameter> declared,
            Map<String, JsonNode> given,
            String owner,
            String pointer,
            boolean strict) {
        Map<String, Map.Entry<String, JsonNode>> open = new LinkedHashMap<>();
        given.entrySet().forEach(e -> open.put(e.getKey().toLowerCase(Locale.ROOT), e));
        Map<String, JsonNode> values = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Parameter parameter : declared.values()) {
            Map.Entry<String, JsonNode> argument = open.remove(parameter.name().toLowerCase(Locale.ROOT));
            JsonNode value = argument == null || argument.getValue().isNull() ? null : argument.getValue();
            bindOne(parameter, value, owner, pointer, problems).ifPresent(bound -> values.put(parameter.name(), bound));
        }
        if (strict) {
            String known = declared.isEmpty() ? "none" : String.join(", ", declared.keySet());
            open.values().forEach(e -> problems.add(unknown(e.getKey(), owner, pointer, known)));
        }
        return new Arguments(values, List.copyOf(problems));
    }

    private static Optional<JsonNode> bindOne(
            Parameter parameter, @Nullable JsonNode given, String owner, String pointer, List<Problem> problems) {
        JsonNode value = given == null ? parameter.defaultValue() : given;
        String place = pointer + "/" + parameter.name().replace("~", "~0").replace("/", "~1");
        if (value == null) {
            problems.add(DocumentFaults.PARAMETER_MISSING
                    .problem()
                    .at(place)
                    .evidence("parameter", parameter.name())
                    .evidence("object", owner)
                    .build());
            return Optional.empty();
        }
        Optional<JsonNode> bound = parameter.type().coerce(value);
        if (bound.isEmpty()) {
            problems.add(DocumentFaults.PARAMETER_TYPE
                    .problem()
                    .at(place)
                    .evidence("parameter", parameter.name())
                    .evidence("value", shown(parameter, value))
                    .evidence("expected", parameter.type().word())
                    .build());
        }
        return bound;
    }

    private static String shown(Parameter parameter, JsonNode value) {
        if (parameter.type() == ValueType.SECURE_STRING) {
            return "(secret)";
        }
        String text = Json.write(value);
        return text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
    }

    private static Problem unknown(String name, String owner, String pointer, String known) {
        return DocumentFaults.PARAMETER_UNKNOWN
                .problem()
                .at(pointer + "/" + name.replace("~", "~0").replace("/", "~1"))
                .evidence("parameter", name)
                .evidence("object", owner)
                .evidence("parameters", known)
                .build();
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        values.forEach(json::set);
        return json;
    }
}
