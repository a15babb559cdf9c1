package dev.sluice.service.run;

import dev.sluice.model.Document;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// A random pipeline of containers within containers. Activities stand after those they depend on.
final class RandomTree {
    enum Kind {
        COPY,
        WAIT,
        FAIL,
        IF,
        SWITCH,
        FOR_EACH,
        UNTIL
    }

    /// @param dependsOn name to condition
    /// @param number retries of a copy, the list that a branch takes, items of a loop, further passes of an Until
    /// @param options more type properties
    record Twig(
            String name,
            Kind kind,
            Map<String, String> dependsOn,
            boolean inactive,
            int number,
            String options,
            List<List<Twig>> lists) {}

    private static final int MAX = 40;
    private static final String[] CONDITIONS = {"Succeeded", "Succeeded", "Failed", "Skipped", "Completed"};

    private final SplittableRandom random;
    private final List<Twig> twigs;
    private int count;

    RandomTree(long seed) {
        this.random = new SplittableRandom(seed);
        this.twigs = list(0);
    }

    List<Twig> twigs() {
        return twigs;
    }

    private List<Twig> list(int depth) {
        List<Twig> list = new ArrayList<>();
        for (int i = random.nextInt(depth == 0 ? 2 : 0, 5); i > 0 && count < MAX; i--) {
            list.add(twig(list, depth));
        }
        return list;
    }

    private Twig twig(List<Twig> before, int depth) {
        Map<String, String> dependsOn = new LinkedHashMap<>();
        for (Twig other : before) {
            if (random.nextInt(3) == 0) {
                dependsOn.put(other.name(), CONDITIONS[random.nextInt(CONDITIONS.length)]);
            }
        }
        boolean leaf = depth == 4 || random.nextInt(5) < depth;
        Kind kind = Kind.values()[leaf ? random.nextInt(3) : random.nextInt(Kind.values().length)];
        String name = "A" + count++;
        List<List<Twig>> lists = new ArrayList<>();
        for (int i = lists(kind); i > 0; i--) {
            lists.add(list(depth + 1));
        }
        if (kind == Kind.UNTIL) {
            lists.getFirst().add(new Twig(name + "Tick", Kind.COPY, Map.of(), false, 0, "", List.of()));
        }
        int number = random.nextInt(kind == Kind.FOR_EACH ? 5 : Math.max(lists.size(), 3));
        if (kind == Kind.IF) {
            number = random.nextInt(2);
        }
        String options = random.nextBoolean() ? ",\"isSequential\":true" : ",\"batchCount\":" + (1 + random.nextInt(3));
        return new Twig(name, kind, dependsOn, random.nextInt(15) == 0, number, options, lists);
    }

    private static int lists(Kind kind) {
        return switch (kind) {
            case COPY, WAIT, FAIL -> 0;
            case FOR_EACH, UNTIL -> 1;
            case IF -> 2;
            case SWITCH -> 3;
        };
    }

    Document document() {
        return TestRun.pipeline(json());
    }

    String json() {
        return "{\"activities\":" + json(twigs) + "}";
    }

    private static String json(List<Twig> list) {
        return "[" + String.join(",", list.stream().map(RandomTree::json).toList()) + "]";
    }

    private static String json(Twig twig) {
        String more = TestRun.after(twig.dependsOn().entrySet().stream()
                        .map(e -> e.getKey() + ":" + e.getValue())
                        .toArray(String[]::new))
                + (twig.inactive() ? ",\"state\":\"Inactive\"" : "");
        return switch (twig.kind()) {
            case COPY ->
                TestRun.copy(
                        twig.name(), more + ",\"policy\":{\"timeout\":\"00:20:00\",\"retry\":" + twig.number() + "}");
            case WAIT -> activity(twig, "Wait", "\"waitTimeInSeconds\":9", more);
            case FAIL -> activity(twig, "Fail", "\"message\":\"m\",\"errorCode\":\"c\"", more);
            case IF ->
                activity(
                        twig,
                        "IfCondition",
                        "\"expression\":\"@equals(" + twig.number() + ",0)\",\"ifTrueActivities\":"
                                + json(twig.lists().get(0)) + ",\"ifFalseActivities\":"
                                + json(twig.lists().get(1)),
                        more);
            case SWITCH ->
                activity(
                        twig,
                        "Switch",
                        "\"on\":\"" + twig.number() + "\",\"cases\":[{\"value\":\"0\",\"activities\":"
                                + json(twig.lists().get(0)) + "},{\"value\":\"1\",\"activities\":"
                                + json(twig.lists().get(1)) + "}],\"defaultActivities\":"
                                + json(twig.lists().get(2)),
                        more);
            case FOR_EACH ->
                activity(
                        twig,
                        "ForEach",
                        "\"items\":\"@take(createArray(1,2,3,4)," + twig.number() + ")\"" + twig.options()
                                + ",\"activities\":" + json(twig.lists().getFirst()),
                        more);
            case UNTIL ->
                activity(
                        twig,
                        "Until",
                        "\"timeout\":\"300.00:00:00\",\"expression\":\"@equals(activity('" + twig.name()
                                + "Tick').output.pass," + twig.number() + ")\",\"activities\":"
                                + json(twig.lists().getFirst()),
                        more);
        };
    }

    private static String activity(Twig twig, String type, String properties, String more) {
        return "{\"name\":\"" + twig.name() + "\",\"type\":\"" + type + "\",\"typeProperties\":{" + properties + "}"
                + more + "}";
    }
}
