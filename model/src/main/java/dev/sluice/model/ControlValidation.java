package dev.sluice.model;

import dev.sluice.diagnosis.DocumentFaults;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Checks what control activities say about themselves; the activities inside them are not looked at here.
final class ControlValidation {
    /// Most iterations of a ForEach at a time, as in Data Factory.
    private static final int MAX_BATCH = 50;

    /// Most cases of a Switch, as in Data Factory.
    private static final int MAX_CASES = 25;

    private final Validation found;

    ControlValidation(Validation found) {
        this.found = found;
    }

    void check(Place activity) {
        Place properties = activity.member("typeProperties");
        if (!properties.json().isObject()) {
            return;
        }
        switch (activity.member("type").json().asString("").toLowerCase(Locale.ROOT)) {
            case "foreach" -> {
                literal(properties.member("isSequential"), Place::flag);
                literal(properties.member("batchCount"), p -> p.whole(1, MAX_BATCH));
            }
            case "until" -> literal(properties.member("timeout"), Policy::timeout);
            case "switch" -> cases(properties.member("cases"));
            case "setvariable" -> selfReference(properties);
            default -> {}
        }
    }

    private void literal(Place place, Consumer<Place> reading) {
        if (!ActivityValidation.isExpression(place.json())) {
            found.check(() -> reading.accept(place));
        }
    }

    private void cases(Place cases) {
        if (!cases.present() || !cases.json().isArray()) {
            if (cases.present()) {
                found.add(cases.invalid("an array"));
            }
            return;
        }
        if (cases.json().size() > MAX_CASES) {
            found.add(DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(cases.pointer())
                    .evidence("what", "The number of cases")
                    .evidence("value", cases.json().size())
                    .evidence("limit", MAX_CASES)
                    .build());
        }
        Set<String> values = new HashSet<>();
        for (Place one : cases.items()) {
            Place value = one.member("value");
            if (!value.present()) {
                found.add(value.missing());
            } else if (!values.add(value.json().asString(value.json().toString()))) {
                found.add(value.invalid("a value that no other case has"));
            }
        }
    }

    /// Data Factory refuses a variable that is set from itself. Text inside a string literal has its quotes doubled
    /// and so is not taken for a reference.
    private void selfReference(Place properties) {
        String name = properties.member("variableName").json().asString("");
        Place value = properties.member("value");
        Place text = value.json().isObject() ? value.member("value") : value;
        if (name.isEmpty() || !ActivityValidation.isExpression(value.json())) {
            return;
        }
        Pattern reference =
                Pattern.compile("\\bvariables\\(\\s*'" + Pattern.quote(name) + "'\\s*\\)", Pattern.CASE_INSENSITIVE);
        if (reference.matcher(text.json().asString("")).find()) {
            found.add(value.invalid("an expression that does not read the variable it sets"));
        }
    }
}
