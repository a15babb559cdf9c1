package dev.sluice.local.check;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.local.factory.FactoryDocument;
import dev.sluice.local.factory.Finding;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Parameter;
import dev.sluice.model.Place;
import dev.sluice.model.ValueType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Whether the default values of parameters and variables fit their types. A warning, since a run that passes a value
/// of its own never reads the default. Texts and objects are left alone: public factories keep anything there.
final class DefaultCheck {
    private static final Set<ValueType> STRICT =
            EnumSet.of(ValueType.INT, ValueType.FLOAT, ValueType.BOOL, ValueType.ARRAY);

    private DefaultCheck() {}

    static void check(FactoryDocument from, List<Finding> found) {
        // Data flows declare theirs in their script.
        if (from.document().kind() == DocumentKind.DATA_FLOW) {
            return;
        }
        for (String member : List.of("parameters", "variables")) {
            Place declarations = from.document().properties().member(member);
            try {
                Parameter.all(declarations)
                        .values()
                        .forEach(parameter -> one(from, declarations.member(parameter.name()), parameter, found));
            } catch (ProblemException told) {
                // Said when the document was validated.
            }
        }
    }

    private static void one(FactoryDocument from, Place declaration, Parameter parameter, List<Finding> found) {
        JsonNode value = parameter.defaultValue();
        if (value == null || value.isNull() || !STRICT.contains(parameter.type()) || open(from, value)) {
            return;
        }
        if (parameter.type().coerce(value).isEmpty()) {
            found.add(from.warning(DocumentFaults.PARAMETER_TYPE
                    .problem()
                    .at(declaration.member("defaultValue").pointer())
                    .evidence("parameter", parameter.name())
                    .evidence("value", ReferenceCheck.shown(value))
                    .evidence("expected", parameter.type().word())
                    .build()));
        }
    }

    /// Whether a template says what the value is, and nothing is known of that.
    private static boolean open(FactoryDocument from, JsonNode value) {
        return !from.alone() && value.isString() && value.stringValue().startsWith("[");
    }
}
