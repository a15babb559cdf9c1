package dev.sluice.local.check;

import dev.sluice.diagnosis.FolderFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.expression.Expression;
import dev.sluice.local.factory.FactoryDocument;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Finding;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.InnerLists;
import dev.sluice.model.Place;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Whether the expressions of a document can be parsed, and whether what they read exists where they stand: activities,
/// variables, parameters, `item()`.
final class ExpressionCheck {
    /// Members in which expressions count.
    private static final Set<String> OF_ACTIVITIES =
            Set.of("typeproperties", "policy", "userproperties", "inputs", "outputs", "linkedservicename");

    private static final Set<String> OF_OTHERS =
            Set.of("typeproperties", "linkedservicename", "connectvia", "structure", "schema");
    private static final Set<String> INNER =
            Set.of("activities", "iftrueactivities", "iffalseactivities", "cases", "defaultactivities");
    private static final int MAX_DEPTH = 200;

    private final FactorySource factory;
    private final FactoryDocument document;
    private final List<Finding> found;
    private final Map<String, String> parameters;
    private final Map<String, String> variables;

    /// Whether the declarations are a template's parameter without a value.
    private final boolean open;

    ExpressionCheck(FactorySource factory, FactoryDocument document, List<Finding> found) {
        this.factory = factory;
        this.document = document;
        this.found = found;
        this.parameters = names(document.document().properties().member("parameters"));
        this.variables = names(document.document().properties().member("variables"));
        this.open = document.document().properties().member("parameters").json().isString();
    }

    private static Map<String, String> names(Place declarations) {
        Map<String, String> names = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (declarations.json().isObject()) {
            declarations.json().properties().forEach(e -> names.put(e.getKey(), e.getKey()));
        }
        return names;
    }

    void check() {
        Place properties = document.document().properties();
        if (!properties.json().isObject()) {
            return;
        }
        switch (document.document().kind()) {
            case PIPELINE -> list(properties.member("activities"), null, false, 0);
            case DATASET, LINKED_SERVICE ->
                properties.members().forEach((name, place) -> {
                    if (OF_OTHERS.contains(name.toLowerCase(Locale.ROOT))) {
                        value(place, null, 0);
                    }
                });
            case TRIGGER -> value(properties.member("pipelines"), null, 0);
            case FACTORY,
                    INTEGRATION_RUNTIME,
                    DATA_FLOW,
                    CREDENTIAL,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    MANAGED_PRIVATE_ENDPOINT,
                    CHANGE_DATA_CAPTURE -> {}
        }
    }

    private void list(Place list, @Nullable Surroundings outer, boolean item, int depth) {
        if (!list.json().isArray() || depth > 20) {
            return;
        }
        List<Place> activities =
                list.items().stream().filter(a -> a.json().isObject()).toList();
        for (Place activity : activities) {
            Surroundings here = Surroundings.of(activities, activity, outer, item);
            activity(activity, here);
            boolean loop = type(activity).equals("foreach");
            InnerLists.of(activity).forEach(inner -> list(inner, here, item || loop, depth + 1));
        }
    }

    private void activity(Place activity, Surroundings here) {
        activity.members().forEach((name, place) -> {
            String key = name.toLowerCase(Locale.ROOT);
            if (key.equals("typeproperties") && place.json().isObject()) {
                place.members().forEach((inner, value) -> property(activity, inner, value, here));
            } else if (OF_ACTIVITIES.contains(key)) {
                value(place, here, 0);
            }
        });
    }

    private void property(Place activity, String name, Place value, Surroundings here) {
        String key = name.toLowerCase(Locale.ROOT);
        switch (type(activity)) {
            case "foreach", "ifcondition", "switch" -> {
                if (!INNER.contains(key)) {
                    value(value, here, 0);
                }
            }
            case "until" -> {
                if (key.equals("expression")) {
                    Place inner = activity.at("typeProperties", "activities");
                    value(value, here.seeingInto(inner.json().isArray() ? inner.items() : List.of()), 0);
                } else if (!INNER.contains(key)) {
                    value(value, here, 0);
                }
            }
            case "filter" -> value(value, key.equals("condition") ? here.withItem() : here, 0);
            case "setvariable", "appendvariable" -> {
                if (key.equals("variablename")) {
                    variable(activity, value);
                } else {
                    value(value, here, 0);
                }
            }
            default -> value(value, here, 0);
        }
    }

    private void variable(Place activity, Place name) {
        boolean system = activity.at("typeProperties", "setSystemVariable")
                .json()
                .asString("")
                .equalsIgnoreCase("true");
        String wanted = name.json().asString("");
        if (!system && !wanted.isEmpty() && !wanted.contains("@") && !variables.containsKey(wanted)) {
            found.add(document.error(undeclared(wanted, name.pointer())));
        }
    }

    private Problem undeclared(String variable, String pointer) {
        return FolderFaults.VARIABLE_UNDECLARED
                .problem()
                .at(pointer)
                .evidence("variable", variable)
                .evidence("existing", shown(variables.keySet()))
                .build();
    }

    private static String type(Place activity) {
        return activity.member("type").json().asString("").toLowerCase(Locale.ROOT);
    }

    private void value(Place place, @Nullable Surroundings here, int depth) {
        JsonNode json = place.json();
        if (depth > MAX_DEPTH || (secure(place) && document.document().kind() == DocumentKind.LINKED_SERVICE)) {
            return;
        }
        if (json.isString() && Expression.isDynamic(json.stringValue())) {
            expression(place, here);
        } else if (json.isArray()) {
            place.items().forEach(item -> value(item, here, depth + 1));
        } else if (json.isObject()) {
            place.members().values().forEach(member -> value(member, here, depth + 1));
        }
    }

    private static boolean secure(Place place) {
        return place.json().isObject()
                && place.member("type").json().asString("").equalsIgnoreCase("SecureString");
    }

    private void expression(Place place, @Nullable Surroundings here) {
        try {
            for (Expression.Reference read :
                    Expression.parse(place.json().stringValue()).references()) {
                reference(read, place.pointer(), here);
            }
        } catch (ProblemException e) {
            Problem problem = e.problem();
            Map<String, String> evidence = new LinkedHashMap<>(problem.evidence());
            // The text around an expression in a connection string may be a secret.
            if (document.document().kind() == DocumentKind.LINKED_SERVICE) {
                evidence.replace("expression", "**********");
            }
            found.add(document.error(new Problem(problem.fault(), problem.kind(), place.pointer(), evidence)));
        }
    }

    private void reference(Expression.Reference read, String pointer, @Nullable Surroundings here) {
        String argument = read.argument();
        switch (read.name().toLowerCase(Locale.ROOT)) {
            case "activity" -> {
                if (argument != null && here != null) {
                    activity(argument, pointer, here);
                }
            }
            case "variables" -> {
                boolean own = document.document().kind() == DocumentKind.PIPELINE;
                if (argument != null && own && !variables.containsKey(argument)) {
                    found.add(document.error(undeclared(argument, pointer)));
                }
            }
            case "pipeline" -> pipeline(read.path(), pointer);
            case "item" -> {
                if (here == null || !here.item()) {
                    misplaced("item", "inside a ForEach and in the condition of a Filter", pointer);
                }
            }
            case "dataset" -> {
                if (document.document().kind() == DocumentKind.DATASET) {
                    parameter(read.path(), 0, pointer);
                } else {
                    misplaced("dataset", "in datasets", pointer);
                }
            }
            case "linkedservice" -> {
                if (document.document().kind() == DocumentKind.LINKED_SERVICE) {
                    parameter(read.path(), 0, pointer);
                } else {
                    misplaced("linkedService", "in linked services", pointer);
                }
            }
            default -> {}
        }
    }

    private void activity(String activity, String pointer, Surroundings here) {
        if (!here.reaches(activity)) {
            Set<String> elsewhere = new LinkedHashSet<>();
            everywhere(document.document().properties().member("activities"), elsewhere, 0);
            boolean inside = elsewhere.contains(Surroundings.key(activity));
            Problem problem = (inside ? FolderFaults.ACTIVITY_INSIDE : FolderFaults.ACTIVITY_UNKNOWN)
                    .problem()
                    .at(pointer)
                    .evidence("activity", activity)
                    .evidence("reader", here.reader())
                    .evidence("existing", shown(here.all()))
                    .build();
            found.add(inside ? document.warning(problem) : document.error(problem));
        } else if (!here.waitsFor(activity)) {
            found.add(document.warning(FolderFaults.ACTIVITY_NOT_BEFORE
                    .problem()
                    .at(pointer)
                    .evidence("activity", activity)
                    .evidence("reader", here.waiting(activity))
                    .build()));
        }
    }

    private static void everywhere(Place list, Set<String> names, int depth) {
        if (list.json().isArray() && depth < 20) {
            for (Place activity : list.items()) {
                names.add(Surroundings.key(Surroundings.name(activity)));
                InnerLists.of(activity).forEach(inner -> everywhere(inner, names, depth + 1));
            }
        }
    }

    private void pipeline(List<String> path, String pointer) {
        if (path.size() < 2 || document.document().kind() != DocumentKind.PIPELINE) {
            return;
        }
        if (path.getFirst().equalsIgnoreCase("parameters")) {
            parameter(path, 1, pointer);
        } else if (path.getFirst().equalsIgnoreCase("globalParameters")) {
            global(path.get(1), pointer);
        }
    }

    private void parameter(List<String> path, int at, String pointer) {
        if (!open && path.size() > at && !parameters.containsKey(path.get(at))) {
            found.add(document.error(FolderFaults.PARAMETER_UNDECLARED
                    .problem()
                    .at(pointer)
                    .evidence("parameter", path.get(at))
                    .evidence(
                            "object",
                            document.document().kind().word() + " '"
                                    + document.document().name() + "'")
                    .evidence("existing", shown(parameters.keySet()))
                    .build()));
        }
    }

    private void global(String name, String pointer) {
        for (FactoryDocument one : factory.documents()) {
            if (one.document().kind() != DocumentKind.FACTORY) {
                continue;
            }
            Map<String, String> globals = names(one.document().properties().member("globalParameters"));
            if (!globals.isEmpty() && !globals.containsKey(name)) {
                found.add(document.error(FolderFaults.PARAMETER_UNDECLARED
                        .problem()
                        .at(pointer)
                        .evidence("parameter", name)
                        .evidence("object", "the factory")
                        .evidence("existing", shown(globals.keySet()))
                        .build()));
            }
        }
    }

    private void misplaced(String function, String place, String pointer) {
        found.add(document.error(FolderFaults.FUNCTION_MISPLACED
                .problem()
                .at(pointer)
                .evidence("function", function)
                .evidence("place", place)
                .build()));
    }

    private static String shown(Set<String> names) {
        if (names.isEmpty()) {
            return "none";
        }
        String text = String.join(", ", names);
        return text.length() > 300 ? text.substring(0, 300) + "…" : text;
    }
}
