package dev.sluice.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Where an activity run's time went, in milliseconds, by part; the parts add up to its duration. The figures are those
/// of the activity's output (whole seconds); what they leave is the service's and the node's own work: taking the job,
/// starting a worker, committing, reporting.
record RunTime(Map<String, Long> parts) {
    private static final JsonMapper JSON = JsonMapper.shared();

    static RunTime of(JsonNode activity) {
        long left = Math.max(0, activity.path("durationInMs").asLong(0));
        JsonNode output = activity.path("output");
        JsonNode stage = output.path("executionDetails").path(0);
        Map<String, Long> parts = new LinkedHashMap<>();
        left = take(parts, "queue", output.path("durationInQueue").path("integrationRuntimeQueue"), left);
        left = take(
                parts, "prepare", stage.path("profile").path("preCopyScript").path("duration"), left);
        JsonNode first = stage.path("detailedDurations").path("timeToFirstByte");
        left = take(parts, "connect and first byte", first, left);
        left = transfer(parts, stage, left);
        parts.put(parts.isEmpty() ? "run" : "start, commit and report", left);
        return new RunTime(parts);
    }

    /// Reading and writing go on at the same time: the transfer is divided as their working times are.
    private static long transfer(Map<String, Long> parts, JsonNode stage, long left) {
        JsonNode transfer = stage.path("detailedDurations").path("transferDuration");
        JsonNode steps = stage.path("profile").path("transfer").path("details");
        long reading = steps.path("readingFromSource").path("workingDuration").asLong(0);
        long writing = steps.path("writingToSink").path("workingDuration").asLong(0);
        long millis = Math.min(left, transfer.asLong(0) * 1_000);
        if (millis == 0 || reading + writing == 0) {
            return take(parts, "transfer", transfer, left);
        }
        long read = millis * reading / (reading + writing);
        parts.put("read", read);
        parts.put("write", millis - read);
        return left - millis;
    }

    private static long take(Map<String, Long> parts, String name, JsonNode seconds, long left) {
        long millis = Math.min(left, seconds.asLong(0) * 1_000);
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
                a.path("error")
                        .path("details")
                        .forEach(d -> d.path("resolution").forEach(step -> out.println("  → " + step.asString(""))));
            }
        }
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
    }
}
