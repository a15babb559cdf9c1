package dev.sluice.local.spec;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.InnerLists;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How much of the pipelines the tests have run through: activities, and branches. Branches are both outcomes of an
/// IfCondition, every case of a Switch and its default, a ForEach with and without items, and of an activity whose
/// failure another one waits for, success and failure. Collects over all tests.
final class Coverage {
    private final Map<String, Map<String, Boolean>> activities = new TreeMap<>();
    private final Map<String, Map<String, Boolean>> branches = new TreeMap<>();

    Coverage(Iterable<Document> documents) {
        for (Document document : documents) {
            if (document.kind() == DocumentKind.PIPELINE) {
                activities.put(document.name(), new LinkedHashMap<>());
                branches.put(document.name(), new LinkedHashMap<>());
                list(document.name(), document.properties().member("activities"), 0);
            }
        }
    }

    private void list(String pipeline, Place list, int depth) {
        if (!list.json().isArray() || depth > 20) {
            return;
        }
        for (Place activity : list.items()) {
            String name = activity.member("name").json().asString("");
            map(activities, pipeline).put(name, false);
            branchesOf(activity).forEach(b -> map(branches, pipeline).put(name + ": " + b, false));
            for (Place dependency : depends(activity)) {
                String on = dependency.member("activity").json().asString("");
                for (Place condition : dependency.member("dependencyConditions").items()) {
                    String word = condition.json().asString("").toLowerCase(Locale.ROOT);
                    if (word.equals("failed") || word.equals("completed")) {
                        map(branches, pipeline).putIfAbsent(on + ": Succeeded", false);
                        map(branches, pipeline).putIfAbsent(on + ": Failed", false);
                    }
                }
            }
            InnerLists.of(activity).forEach(inner -> list(pipeline, inner, depth + 1));
        }
    }

    private static List<Place> depends(Place activity) {
        Place list = activity.member("dependsOn");
        return list.json().isArray() ? list.items() : List.of();
    }

    private static List<String> branchesOf(Place activity) {
        List<String> found = new ArrayList<>();
        switch (activity.member("type").json().asString("").toLowerCase(Locale.ROOT)) {
            case "ifcondition" -> found.addAll(List.of("true", "false"));
            case "switch" -> {
                Place cases = activity.at("typeProperties", "cases");
                if (cases.json().isArray()) {
                    cases.items()
                            .forEach(c ->
                                    found.add("case " + c.member("value").json().asString("")));
                }
                found.add("default");
            }
            case "foreach" -> found.addAll(List.of("with items", "without items"));
            default -> {}
        }
        return found;
    }

    void add(Stand.Outcome outcome) {
        for (Stand.Step step : outcome.steps()) {
            String name = step.record().activityName();
            hit(activities, step.pipeline(), name);
            hit(branches, step.pipeline(), name + ": " + step.record().status().word());
            switch (step.type().toLowerCase(Locale.ROOT)) {
                case "ifcondition" ->
                    hit(
                            branches,
                            step.pipeline(),
                            name + ": "
                                    + step.record()
                                            .output()
                                            .path("expressionResult")
                                            .asString(""));
                case "switch" -> {
                    String on = name + ": case "
                            + step.record().output().path("expressionResult").asString("");
                    boolean known = map(branches, step.pipeline()).containsKey(on);
                    hit(branches, step.pipeline(), known ? on : name + ": default");
                }
                case "foreach" -> {
                    boolean some = step.record().output().path("ItemsCount").asInt(0) > 0;
                    hit(branches, step.pipeline(), name + (some ? ": with items" : ": without items"));
                }
                default -> {}
            }
        }
    }

    private static void hit(Map<String, Map<String, Boolean>> all, String pipeline, String what) {
        map(all, pipeline).computeIfPresent(what, (k, v) -> true);
    }

    private static Map<String, Boolean> map(Map<String, Map<String, Boolean>> all, String pipeline) {
        return all.computeIfAbsent(pipeline, p -> new LinkedHashMap<>());
    }

    /// Every pipeline that a test has run.
    ArrayNode toJson() {
        ArrayNode list = Json.array();
        activities.forEach((pipeline, hits) -> {
            if (hits.containsValue(true)) {
                ObjectNode json = list.addObject().put("pipeline", pipeline);
                counted(json, "activities", hits);
                counted(json, "branches", map(branches, pipeline));
            }
        });
        return list;
    }

    private static void counted(ObjectNode json, String name, Map<String, Boolean> hits) {
        ObjectNode counts = json.putObject(name);
        counts.put("covered", hits.values().stream().filter(h -> h).count());
        counts.put("total", hits.size());
        ArrayNode missed = counts.putArray("missed");
        hits.forEach((what, hit) -> {
            if (!hit) {
                missed.add(what);
            }
        });
    }

    /// The paths that activities of a pipeline can have, without numbers of iterations, called pipelines included.
    static Set<String> paths(Stubbed definitions, String pipeline) {
        Set<String> paths = new LinkedHashSet<>();
        Document document = definitions.find(DocumentKind.PIPELINE, pipeline);
        if (document != null) {
            paths(definitions, document.properties().member("activities"), "", paths, 0);
        }
        return paths;
    }

    private static void paths(Stubbed definitions, Place list, String prefix, Set<String> paths, int depth) {
        if (!list.json().isArray() || depth > 12 || paths.size() > 10_000) {
            return;
        }
        for (Place activity : list.items()) {
            String path = prefix + activity.member("name").json().asString("");
            paths.add(path);
            InnerLists.of(activity).forEach(inner -> paths(definitions, inner, path + "/", paths, depth + 1));
            if (activity.member("type").json().asString("").equalsIgnoreCase("ExecutePipeline")) {
                String called = activity.at("typeProperties", "pipeline", "referenceName")
                        .json()
                        .asString("");
                Document document = definitions.find(DocumentKind.PIPELINE, called);
                if (document != null) {
                    paths(definitions, document.properties().member("activities"), path + "/", paths, depth + 1);
                }
            }
        }
    }
}
