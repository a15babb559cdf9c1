package dev.sluice.service.app.runs;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Random pipelines: copies with retries, waits, branches, loops, calls of pipelines further down the list, some with a
/// limit to their concurrency.
final class SimulatedPlan {
    static final int PIPELINES = 4;

    private final SplittableRandom random;
    private int names;

    SimulatedPlan(SplittableRandom random) {
        this.random = random;
    }

    /// The most runs at a time of each pipeline; 0 for no limit.
    record Pipeline(String name, int concurrency, String json) {}

    List<Pipeline> pipelines() {
        List<Pipeline> pipelines = new ArrayList<>();
        for (int i = 0; i < PIPELINES; i++) {
            int concurrency = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0;
            String limit = concurrency == 0 ? "" : "\"concurrency\":" + concurrency + ",";
            String json = "{\"properties\":{" + limit + "\"variables\":{\"v\":{\"type\":\"Array\"}},\"activities\":"
                    + list(i, 1 + random.nextInt(3), 0) + "}}";
            pipelines.add(new Pipeline("p" + i, concurrency, json));
        }
        return pipelines;
    }

    private String list(int pipeline, int size, int depth) {
        List<String> activities = new ArrayList<>();
        String before = null;
        for (int i = 0; i < size; i++) {
            String name = "A" + names++;
            String after = before == null || random.nextInt(3) == 0
                    ? ""
                    : ",\"dependsOn\":[{\"activity\":\"" + before + "\",\"dependencyConditions\":[\""
                            + (random.nextInt(4) == 0 ? "Completed" : "Succeeded") + "\"]}]";
            activities.add("{\"name\":\"" + name + "\"," + body(pipeline, depth) + after + "}");
            before = name;
        }
        return "[" + String.join(",", activities) + "]";
    }

    private String body(int pipeline, int depth) {
        return switch (random.nextInt(depth < 2 ? 10 : 6)) {
            case 0 -> type("Wait", "\"waitTimeInSeconds\":" + random.nextInt(90));
            case 1 -> type("AppendVariable", "\"variableName\":\"v\",\"value\":\"x\"");
            case 2, 3 ->
                pipeline + 1 < PIPELINES
                        ? type(
                                "ExecutePipeline",
                                "\"pipeline\":{\"referenceName\":\"p"
                                        + (pipeline + 1 + random.nextInt(PIPELINES - pipeline - 1))
                                        + "\",\"type\":\"PipelineReference\"},\"waitOnCompletion\":"
                                        + (random.nextInt(3) > 0))
                        : copy();
            case 4, 5 -> copy();
            case 6 ->
                type(
                        "IfCondition",
                        "\"expression\":\"@equals(1, " + random.nextInt(2) + ")\",\"ifTrueActivities\":"
                                + list(pipeline, 1, depth + 1) + ",\"ifFalseActivities\":"
                                + list(pipeline, 1, depth + 1));
            default ->
                type(
                        "ForEach",
                        "\"items\":\"@range(0, " + random.nextInt(4) + ")\",\"isSequential\":" + random.nextBoolean()
                                + ",\"activities\":" + list(pipeline, 1 + random.nextInt(2), depth + 1));
        };
    }

    private String copy() {
        return "\"type\":\"Copy\",\"policy\":{\"retry\":" + random.nextInt(3)
                + ",\"retryIntervalInSeconds\":30,\"timeout\":\"0.0" + (1 + random.nextInt(5)) + ":00:00\"},"
                + "\"inputs\":[{\"referenceName\":\"d\",\"type\":\"DatasetReference\"}],"
                + "\"outputs\":[{\"referenceName\":\"d\",\"type\":\"DatasetReference\"}],"
                + "\"typeProperties\":{\"source\":{\"type\":\"BinarySource\"},\"sink\":{\"type\":\"BinarySink\"}}";
    }

    private static String type(String type, String properties) {
        return "\"type\":\"" + type + "\",\"typeProperties\":{" + properties + "}";
    }
}
