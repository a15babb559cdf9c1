package dev.sluice.acceptance;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// Pipelines of control activities put together by chance: every kind of container, dependencies of every condition,
/// variables, expressions that fail now and then, calls of the pipelines before. They need no node. For one thread.
final class RandomPipelines {
    private static final List<String> CONDITIONS = List.of("Succeeded", "Failed", "Completed", "Skipped");
    private static final int DEEPEST = 3;

    private final SplittableRandom dice;
    private int names;

    RandomPipelines(long seed) {
        this.dice = new SplittableRandom(seed);
    }

    /// A document.
    ///
    /// @param number of the pipeline, which calls those with lower ones
    String pipeline(int number) {
        names = 0;
        return """
                {"name":"%s","properties":{"parameters":{"n":{"type":"int","defaultValue":%d}},
                 "variables":{"text":{"type":"String","defaultValue":"start"},"all":{"type":"Array","defaultValue":[]},
                  "flag":{"type":"Boolean","defaultValue":false}},
                 "activities":[%s]}}""".formatted(name(number), dice.nextInt(4), list(number, 0, false));
    }

    static String name(int number) {
        return "Random" + number;
    }

    private String list(int number, int depth, boolean item) {
        int count = depth == 0 ? 3 + dice.nextInt(5) : 1 + dice.nextInt(3);
        List<String> before = new ArrayList<>();
        List<String> activities = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String own = "A" + ++names;
            // Variables are set one after another: what comes last would be chance otherwise.
            activities.add(
                    "{\"name\":\"" + own + "\"," + dependencies(before) + body(number, depth, item, before) + "}");
            before.add(own);
        }
        return String.join(",\n", activities);
    }

    private String dependencies(List<String> before) {
        if (before.isEmpty()) {
            return "";
        }
        List<String> on = new ArrayList<>(List.of(before.getLast()));
        if (before.size() > 1 && dice.nextInt(3) == 0) {
            on.add(before.get(dice.nextInt(before.size() - 1)));
        }
        return on.stream()
                .map(name -> "{\"activity\":\"" + name + "\",\"dependencyConditions\":[\"" + condition() + "\"]}")
                .collect(Collectors.joining(",", "\"dependsOn\":[", "],"));
    }

    private String condition() {
        return dice.nextInt(3) > 0 ? "Succeeded" : CONDITIONS.get(dice.nextInt(CONDITIONS.size()));
    }

    private String body(int number, int depth, boolean item, List<String> before) {
        int kind = dice.nextInt(depth < DEEPEST ? 12 : 6);
        return switch (kind) {
            case 0, 1 -> typed("SetVariable", "\"variableName\":\"text\",\"value\":\"" + text(item, before) + "\"");
            case 2 -> typed("AppendVariable", "\"variableName\":\"all\",\"value\":\"" + text(item, before) + "\"");
            case 3 -> typed("Wait", "\"waitTimeInSeconds\":0");
            case 4 ->
                dice.nextInt(3) == 0
                        ? typed(
                                "Fail",
                                "\"message\":\"" + text(item, before) + "\",\"errorCode\":\"E" + dice.nextInt(9) + "\"")
                        : typed("SetVariable", "\"variableName\":\"flag\",\"value\":" + expression("@" + bool(false)));
            case 5 ->
                typed(
                        "Filter",
                        "\"items\":" + expression("@range(1, 4)") + ",\"condition\":"
                                + expression("@greater(item(), pipeline().parameters.n)"));
            case 6, 7 ->
                typed(
                        "IfCondition",
                        "\"expression\":" + expression("@" + bool(true)) + ",\"ifTrueActivities\":["
                                + list(number, depth + 1, item) + "],\"ifFalseActivities\":["
                                + (dice.nextBoolean() ? list(number, depth + 1, item) : "") + "]");
            case 8 ->
                typed(
                        "Switch",
                        "\"on\":" + expression("@string(pipeline().parameters.n)")
                                + ",\"cases\":[{\"value\":\"1\",\"activities\":["
                                + list(number, depth + 1, item) + "]},{\"value\":\"2\",\"activities\":["
                                + list(number, depth + 1, item) + "]}],\"defaultActivities\":["
                                + list(number, depth + 1, item) + "]");
            case 9 ->
                item
                        ? typed("Wait", "\"waitTimeInSeconds\":0")
                        : typed(
                                "ForEach",
                                "\"isSequential\":true,\"items\":" + expression("@createArray('x', 'y')")
                                        + ",\"activities\":[" + list(number, DEEPEST - 1, true) + "]");
            case 10 ->
                item
                        ? typed("Wait", "\"waitTimeInSeconds\":0")
                        : typed(
                                "Until",
                                "\"expression\":"
                                        + expression("@greaterOrEquals(length(variables('all')), 2)")
                                        + ",\"timeout\":\"0.00:10:00\",\"activities\":[{\"name\":\"A" + ++names
                                        + "\",\"type\":\"AppendVariable\",\"typeProperties\":{\"variableName\":\"all\",\"value\":\"u\"}}]");
            default ->
                number == 0
                        ? typed("Wait", "\"waitTimeInSeconds\":0")
                        : typed(
                                "ExecutePipeline",
                                "\"waitOnCompletion\":true,\"pipeline\":{\"referenceName\":\""
                                        + name(dice.nextInt(number))
                                        + "\",\"type\":\"PipelineReference\"},\"parameters\":{\"n\":"
                                        + dice.nextInt(4) + "}");
        };
    }

    private static String typed(String type, String properties) {
        return "\"type\":\"" + type + "\",\"typeProperties\":{" + properties + "}";
    }

    private static String expression(String text) {
        return "{\"value\":\"" + text + "\",\"type\":\"Expression\"}";
    }

    /// @param flag whether it may read the variable `flag`
    private String bool(boolean flag) {
        return switch (dice.nextInt(5)) {
            case 0 -> "equals(mod(pipeline().parameters.n, 2), 0)";
            case 1 -> flag ? "not(variables('flag'))" : "equals(pipeline().parameters.n, 3)";
            case 2 -> "contains(variables('text'), 'a')";
            case 3 -> "equals(div(4, sub(pipeline().parameters.n, 1)), 4)";
            default -> "less(length(variables('all')), " + dice.nextInt(3) + ")";
        };
    }

    private String text(boolean item, List<String> before) {
        return switch (dice.nextInt(6)) {
            case 0 -> "a@{pipeline().parameters.n}";
            case 1 -> item ? "@{item()}-@{length(variables('all'))}" : "plain";
            case 2 -> before.isEmpty() ? "first" : "@{activity('" + before.getLast() + "').Status}";
            case 3 -> "@{join(variables('all'), '/')}";
            case 4 -> "@{pipeline().Pipeline} @{toUpper('b')}";
            default -> "@{div(6, sub(pipeline().parameters.n, 2))}";
        };
    }
}
