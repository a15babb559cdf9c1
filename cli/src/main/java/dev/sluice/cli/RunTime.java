package dev.sluice.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Where an activity run's time went, in milliseconds, by part; the parts add up to its duration. The node
/// measures them and tells them in the activity's output (`timings`): the wait in the queue, the wait for a
/// slot on the node, the start in a worker, and of a copy connecting, reading and writing. What they leave
/// of the duration is the way back: `report`. An activity that the service runs itself has one part. Older
/// outputs have whole seconds only.
record RunTime(Map<String, Long> parts) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> BEFORE = List.of("admission", "start");
    private static final List<String> INSIDE = List.of("prepare", "connect", "read", "write");

    static RunTime of(JsonNode activity) {
        long whole = Math.max(0, activity.path("durationInMs").asLong(0));
        JsonNode timings = activity.path("output").path("timings");
        return new RunTime(
                timings.isObject() ? measured(timings, queue(activity, timings), whole) : rounded(activity, whole));
    }

    /// From the service's handing out to the node's getting hold of it: by two clocks, so it counts only as far as the
    /// other parts leave room for it.
    private static long queue(JsonNode activity, JsonNode timings) {
        try {
            Instant handedOut = Instant.parse(activity.path("activityRunStart").asString(""));
            return Duration.between(
                            handedOut, Instant.parse(timings.path("leased").asString("")))
                    .toMillis();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    private static Map<String, Long> measured(JsonNode timings, long queue, long whole) {
        Map<String, Long> parts = new LinkedHashMap<>();
        long others = timings.path("run").asLong(0);
        for (String part : BEFORE) {
            others += timings.path(part).asLong(0);
        }
        long left = take(parts, "queue", Math.min(queue, whole - others), whole);
        for (String part : BEFORE) {
            left = take(parts, part, timings.path(part).asLong(0), left);
        }
        long run = Math.min(left, timings.path("run").asLong(0));
        long inside = run;
        for (String part : INSIDE) {
            inside = take(parts, part, timings.path(part).asLong(0), inside);
        }
        take(parts, "run", inside, inside);
        parts.put("report", left - run);
        return parts;
    }

    private static Map<String, Long> rounded(JsonNode activity, long whole) {
        JsonNode output = activity.path("output");
        JsonNode stage = output.path("executionDetails").path(0);
        Map<String, Long> parts = new LinkedHashMap<>();
        long left = seconds(parts, "queue", output.path("durationInQueue").path("integrationRuntimeQueue"), whole);
        left = seconds(
                parts, "prepare", stage.path("profile").path("preCopyScript").path("duration"), left);
        left = seconds(parts, "connect", stage.path("detailedDurations").path("timeToFirstByte"), left);
        left = transfer(parts, stage, left);
        parts.put(parts.isEmpty() ? "run" : "start and report", left);
        return parts;
    }

    /// Reading and writing go on at the same time: the transfer is divided as their working times are.
    private static long transfer(Map<String, Long> parts, JsonNode stage, long left) {
        JsonNode transfer = stage.path("detailedDurations").path("transferDuration");
        JsonNode steps = stage.path("profile").path("transfer").path("details");
        long reading = steps.path("readingFromSource").path("workingDuration").asLong(0);
        long writing = steps.path("writingToSink").path("workingDuration").asLong(0);
        long millis = Math.min(left, transfer.asLong(0) * 1_000);
        if (millis == 0 || reading + writing == 0) {
            return seconds(parts, "transfer", transfer, left);
        }
        long read = millis * reading / (reading + writing);
        parts.put("read", read);
        parts.put("write", millis - read);
        return left - millis;
    }

    private static long seconds(Map<String, Long> parts, String name, JsonNode seconds, long left) {
        return take(parts, name, seconds.asLong(0) * 1_000, left);
    }

    private static long take(Map<String, Long> parts, String name, long wanted, long left) {
        long millis = Math.min(left, Math.max(0, wanted));
        if (millis > 0) {
            parts.put(name, millis);
        }
        return left - millis;
    }

    ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode();
        parts.forEach(json::put);
        return json;
    }

    static void print(PrintWriter out, JsonNode run, List<JsonNode> activities) {
        out.printf(
                "%s %s: %s, %s%n",
                run.path("pipelineName").asString(""),
                run.path("runId").asString(""),
                run.path("status").asString(""),
                seconds(run.path("durationInMs").asLong(0)));
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode a : activities) {
            int attempt = a.path("retryAttempt").asInt(0) + 1;
            List<String> parts = new ArrayList<>();
            of(a).parts().forEach((name, millis) -> parts.add(name + " " + seconds(millis)));
            rows.add(List.of(
                    a.path("activityName").asString("") + (attempt > 1 ? " (attempt " + attempt + ")" : ""),
                    a.path("activityType").asString(""),
                    a.path("status").asString(""),
                    seconds(a.path("durationInMs").asLong(0)),
                    "= " + String.join(" + ", parts)));
        }
        out.print(Table.render(List.of("Activity", "Type", "Status", "Time", "Where it went"), rows));
        for (JsonNode a : activities) {
            String message = a.path("error").path("message").asString("");
            if (!message.isEmpty()) {
                out.println(a.path("activityName").asString("") + ": " + message);
                for (JsonNode d : a.path("error").path("details")) {
                    d.path("resolution").forEach(step -> out.println("  → " + step.asString("")));
                    String walk = d.path("evidence").path("networkWalk").asString("");
                    if (!walk.isEmpty()) {
                        out.println("  network: " + walk);
                    }
                }
            }
        }
    }

    private static String seconds(long millis) {
        return millis < 1_000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1e3);
    }
}
