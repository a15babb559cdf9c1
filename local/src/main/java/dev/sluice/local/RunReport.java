package dev.sluice.local;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a person sees of a run: progress on the error stream while it goes on, the result on the output at its end.
final class RunReport {
    enum Form {
        TABLE,
        JSON
    }

    private static final long INTERVAL_MILLIS = 500;

    private final PrintWriter out;
    private final PrintWriter err;
    private final Form form;
    private final Map<String, String> shown = new HashMap<>();

    RunReport(PrintWriter out, PrintWriter err, Form form) {
        this.out = out;
        this.err = err;
        this.form = form;
    }

    /// Prints progress until closed.
    AutoCloseable watch(LocalRun run) {
        ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("progress").daemon().factory());
        ticker.scheduleAtFixedRate(
                () -> run.progress().forEach(this::line), INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        return ticker::shutdownNow;
    }

    private void line(LocalRun.Progress p) {
        double seconds = Math.max(1e-3, (System.nanoTime() - p.started()) / 1e9);
        String counters = "%,d rows".formatted(p.rows());
        String seen = counters + p.bytes();
        if (!seen.equals(shown.put(p.activity(), seen))) {
            err.printf(
                    Locale.ROOT,
                    "%-32s %-12s %14s %8.1f MB/s%s%n",
                    p.activity(),
                    p.phase(),
                    counters,
                    p.bytes() / 1e6 / seconds,
                    p.forecast().isEmpty() ? "" : "  " + p.forecast());
            err.flush();
        }
    }

    /// @param runs the run and after it those that it called
    void end(List<LocalRun.Run> runs) {
        switch (form) {
            case JSON -> json(runs);
            case TABLE -> runs.forEach(one -> table(one.run(), one.activities()));
        }
        out.flush();
    }

    private void json(List<LocalRun.Run> runs) {
        ObjectNode first = json(runs.getFirst());
        if (runs.size() > 1) {
            ArrayNode called = first.putArray("calledRuns");
            runs.subList(1, runs.size()).forEach(one -> called.add(json(one)));
        }
        out.println(Json.pretty(first));
    }

    private static ObjectNode json(LocalRun.Run one) {
        ObjectNode all = one.run().toJson();
        ArrayNode list = all.putArray("activityRuns");
        one.activities().forEach(a -> list.add(a.toJson()));
        return all;
    }

    private void table(PipelineRun run, List<ActivityRun> activities) {
        out.printf("%-32s %-12s %14s %14s %9s%n", "activity", "status", "rows read", "rows copied", "seconds");
        activities.forEach(this::row);
        out.println(run.pipelineName() + ": " + run.status().word());
        activities.forEach(this::error);
        err.flush();
    }

    private void row(ActivityRun a) {
        JsonNode output = a.output();
        Duration took =
                a.activityRunEnd() == null ? Duration.ZERO : Duration.between(a.activityRunStart(), a.activityRunEnd());
        out.printf(
                Locale.ROOT,
                "%-32s %-12s %,14d %,14d %9.2f%n",
                a.activityName(),
                a.status().word(),
                output.path("rowsRead").asLong(0),
                output.path("rowsCopied").asLong(0),
                took.toMillis() / 1e3);
    }

    void errors(List<ActivityRun> activities) {
        activities.forEach(this::error);
        err.flush();
    }

    private void error(ActivityRun a) {
        JsonNode error = a.error().toJson();
        String message = error.path("message").asString("");
        if (!message.isEmpty()) {
            err.println("error: " + a.activityName() + ": " + message);
            for (JsonNode d : error.path("details")) {
                d.path("resolution").forEach(step -> err.println("       → " + step.asString("")));
                String walk = d.path("evidence").path("networkWalk").asString("");
                if (!walk.isEmpty()) {
                    err.println("       network: " + walk);
                }
            }
        }
    }

    static void problems(PrintWriter err, List<Problem> problems) {
        for (Problem p : problems) {
            err.println("error: " + p.code() + ": " + p.message());
            p.resolution().forEach(step -> err.println("       → " + step));
        }
        err.flush();
    }
}
