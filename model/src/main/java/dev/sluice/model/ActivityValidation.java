package dev.sluice.model;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Checks the activities of a pipeline, inner lists of control activities included.
final class ActivityValidation {
    /// Data Factory's newest bound for one pipeline, inner activities included.
    static final int MAX_ACTIVITIES = 120;

    private static final int MAX_NAME = 260;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][^<>*#.%&:\\\\+?/]*");

    /// Deepest nesting of containers. Data Factory allows two or three levels, depending on the types.
    static final int MAX_NESTING = 8;

    /// Type properties without which a type cannot be executed (Data Factory's model marks them required).
    private static final Map<String, List<String>> REQUIRED = Map.ofEntries(
            Map.entry("copy", List.of("source", "sink")),
            Map.entry("wait", List.of("waitTimeInSeconds")),
            Map.entry("fail", List.of("message", "errorCode")),
            Map.entry("executepipeline", List.of("pipeline")),
            Map.entry("foreach", List.of("items", "activities")),
            Map.entry("ifcondition", List.of("expression")),
            Map.entry("switch", List.of("on")),
            Map.entry("until", List.of("expression", "activities")),
            Map.entry("filter", List.of("items", "condition")),
            Map.entry("validation", List.of("dataset")),
            Map.entry("lookup", List.of("source", "dataset")),
            Map.entry("getmetadata", List.of("dataset")),
            Map.entry("delete", List.of("dataset")),
            Map.entry("sqlserverstoredprocedure", List.of("storedProcedureName")),
            Map.entry("webactivity", List.of("method", "url")),
            Map.entry("webhook", List.of("method", "url")));

    private final Validation found;
    private final ControlValidation control;
    private final Set<String> names = new HashSet<>();
    private final Set<String> everywhere = new HashSet<>();
    private int count;
    private boolean tooMany;

    /// How many of the containers around, itself included, are switched off.
    private int inactive;

    ActivityValidation(Validation found) {
        this.found = found;
        this.control = new ControlValidation(found);
    }

    /// Checks the pipeline's list and everything inside it.
    void pipeline(Place list) {
        gather(list, 0);
        list(list, 0);
    }

    /// Collects the names of all activities, so that a dependency into another list is told from one into nowhere.
    private void gather(Place list, int depth) {
        if (list.json().isArray() && depth <= MAX_NESTING) {
            for (Place activity : list.items()) {
                everywhere.add(key(activity.member("name").json().asString("")));
                InnerLists.of(activity).forEach(inner -> gather(inner, depth + 1));
            }
        }
    }

    private void list(Place list, int depth) {
        if (!list.present()) {
            return;
        }
        if (depth > MAX_NESTING) {
            found.add(tooDeep(list, depth));
            return;
        }
        if (!list.json().isArray()) {
            found.add(list.invalid("an array"));
            return;
        }
        count += list.json().size();
        if (count > MAX_ACTIVITIES) {
            // Nothing more is looked at: checks may take longer than linear time.
            if (!tooMany) {
                tooMany = true;
                found.add(tooMany(list));
            }
            return;
        }
        Map<String, Place> byName = new LinkedHashMap<>();
        for (Place activity : list.items()) {
            activity(activity, byName, depth);
        }
        for (Place activity : list.items()) {
            dependencies(activity, byName);
        }
        cycle(byName).ifPresent(found::add);
    }

    private void activity(Place activity, Map<String, Place> byName, int depth) {
        if (!activity.json().isObject()) {
            found.add(activity.invalid("an object"));
            return;
        }
        found.check(() -> name(activity, byName));
        found.check(() -> activity.member("type").requiredText());
        found.check(() -> {
            // Only the structure; dependencies are checked one by one below.
            Place state = activity.member("state");
            if (state.text().filter(t -> !t.matches("(?i)active|inactive")).isPresent()) {
                throw state.invalid("Active or Inactive");
            }
        });
        found.check(() -> {
            Place mark = activity.member("onInactiveMarkAs");
            if (mark.text()
                    .filter(t -> !t.matches("(?i)succeeded|failed|skipped"))
                    .isPresent()) {
                throw mark.invalid("Succeeded, Failed or Skipped");
            }
        });
        policy(activity.member("policy"));
        references(activity.member("inputs"));
        references(activity.member("outputs"));
        // What is switched off may be unfinished: it never runs.
        boolean asleep = activity.member("state").json().asString("").equalsIgnoreCase("Inactive");
        inactive += asleep ? 1 : 0;
        if (inactive == 0) {
            required(activity);
            control.check(activity);
        }
        InnerLists.of(activity).forEach(inner -> list(inner, depth + 1));
        inactive -= asleep ? 1 : 0;
    }

    private void name(Place activity, Map<String, Place> byName) {
        Place place = activity.member("name");
        String name = place.requiredText();
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            found.add(DocumentFaults.NAME_INVALID
                    .problem()
                    .at(place.pointer())
                    .evidence("name", name)
                    .evidence("object", "activity")
                    .evidence(
                            "expected",
                            "1 to " + MAX_NAME
                                    + " characters, starting with a letter, digit or underscore, none of < > * # . % & : \\ + ? /")
                    .build());
        }
        boolean here = byName.putIfAbsent(key(name), activity) != null;
        if (!names.add(key(name))) {
            throw place.invalid("a name that no other activity in " + (here ? "this list" : "the pipeline") + " has");
        }
    }

    private void policy(Place policy) {
        if (!policy.json().isObject()) {
            return;
        }
        literal(policy.member("timeout"), Policy::timeout);
        literal(policy.member("retry"), p -> p.whole(0, Policy.MAX_RETRY));
        literal(policy.member("retryIntervalInSeconds"), p -> p.whole(0, Policy.MAX_INTERVAL));
        literal(policy.member("secureInput"), Place::flag);
        literal(policy.member("secureOutput"), Place::flag);
    }

    private void literal(Place place, java.util.function.Consumer<Place> reading) {
        if (!isExpression(place.json())) {
            found.check(() -> reading.accept(place));
        }
    }

    static boolean isExpression(JsonNode json) {
        return (json.isString()
                        && (json.stringValue().startsWith("@")
                                || json.stringValue().contains("@{")))
                || (json.isObject() && json.path("type").asString("").equalsIgnoreCase("Expression"));
    }

    private void references(Place list) {
        if (list.present() && !isExpression(list.json())) {
            found.check(() -> list.items().forEach(r -> found.check(() -> Reference.of(r))));
        }
    }

    private void required(Place activity) {
        String type = activity.member("type").json().asString("").toLowerCase(Locale.ROOT);
        Place properties = activity.member("typeProperties");
        if (type.equals("copy")) {
            dataset(activity.member("inputs"), properties.member("source"));
            dataset(activity.member("outputs"), properties.member("sink"));
        }
        List<String> members = REQUIRED.getOrDefault(type, List.of());
        if (!members.isEmpty() && !properties.present()) {
            found.add(properties.missing());
        } else {
            members.forEach(m -> {
                if (m.equals("dataset")) {
                    dataset(properties.member(m), properties);
                } else {
                    need(properties.member(m));
                }
            });
        }
        if (type.equals("copy")) {
            side(properties.member("source"));
            side(properties.member("sink"));
        }
    }

    /// A dataset is needed, unless the definition stands right here, as Fabric writes it.
    private void dataset(Place place, Place side) {
        if (!side.member("datasetSettings").present()) {
            need(place);
        }
    }

    private void need(Place place) {
        if (!place.present()) {
            found.add(place.missing());
        }
    }

    private void side(Place side) {
        if (side.json().isObject() && !isExpression(side.json())) {
            found.check(() -> side.member("type").requiredText());
        }
    }

    private void dependencies(Place activity, Map<String, Place> byName) {
        found.check(() -> {
            for (Place dependency : activity.member("dependsOn").items()) {
                found.check(() -> {
                    Place target = dependency.member("activity");
                    String name = Dependency.of(dependency).activity();
                    if (!byName.containsKey(key(name))) {
                        boolean elsewhere = everywhere.contains(key(name));
                        throw DocumentFaults.REFERENCE_MISSING
                                .problem()
                                .at(target.pointer())
                                .evidence("object", elsewhere ? "activity in the same list" : "activity")
                                .evidence("name", name)
                                .exception();
                    }
                });
            }
        });
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private static Problem tooDeep(Place list, int depth) {
        return DocumentFaults.LIMIT_EXCEEDED
                .problem()
                .at(list.pointer())
                .evidence("what", "The nesting of containers")
                .evidence("value", depth)
                .evidence("limit", MAX_NESTING)
                .build();
    }

    private Problem tooMany(Place list) {
        return DocumentFaults.LIMIT_EXCEEDED
                .problem()
                .at(list.pointer())
                .evidence("what", "The number of activities in the pipeline, inner ones included,")
                .evidence("value", count)
                .evidence("limit", MAX_ACTIVITIES)
                .build();
    }

    /// One circle of dependencies, if there is any: what remains after activities without open dependencies are
    /// taken away again and again contains it; walking along open dependencies from there must come back.
    private static Optional<Problem> cycle(Map<String, Place> byName) {
        Map<String, Set<String>> open = new LinkedHashMap<>();
        byName.forEach((name, place) -> open.put(name, targets(place, byName.keySet())));
        boolean shrinking = true;
        while (shrinking) {
            Set<String> free = new HashSet<>();
            open.forEach((name, targets) -> {
                if (targets.isEmpty()) {
                    free.add(name);
                }
            });
            shrinking = !free.isEmpty();
            open.keySet().removeAll(free);
            open.values().forEach(targets -> targets.removeAll(free));
        }
        if (open.isEmpty()) {
            return Optional.empty();
        }
        Deque<String> path = new ArrayDeque<>();
        String at = open.keySet().iterator().next();
        while (!path.contains(at)) {
            path.addLast(at);
            at = open.getOrDefault(at, Set.of()).iterator().next();
        }
        while (!at.equals(path.peekFirst())) {
            path.removeFirst();
        }
        path.addLast(at);
        List<String> names = path.stream().map(name -> written(byName, name)).toList();
        return Optional.of(DocumentFaults.DEPENDENCY_CYCLE
                .problem()
                .at(place(byName, at).pointer() + "/dependsOn")
                .evidence("cycle", String.join(" → ", names))
                .build());
    }

    private static Set<String> targets(Place activity, Set<String> known) {
        Set<String> targets = new java.util.LinkedHashSet<>();
        JsonNode list = activity.member("dependsOn").json();
        for (JsonNode dependency : list.isArray() ? list.values() : List.<JsonNode>of()) {
            String name = Place.root(dependency)
                    .member("activity")
                    .json()
                    .asString("")
                    .toLowerCase(Locale.ROOT);
            if (known.contains(name)) {
                targets.add(name);
            }
        }
        return targets;
    }

    private static String written(Map<String, Place> byName, String name) {
        return place(byName, name).member("name").requiredText();
    }

    private static Place place(Map<String, Place> byName, String name) {
        return java.util.Objects.requireNonNull(byName.get(name));
    }
}
