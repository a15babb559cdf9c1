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
        if (!counters.equals(shown.put(p.activity(), counters))) {
            err.printf(
                    Locale.ROOT,
                    "%-32s %-12s %14s %8.1f MB/s%n",
                    p.activity(),
                    p.phase(),
                    counters,
                    p.bytes() / 1e6 / seconds);
            err.flush();
        }
    }

    void end(PipelineRun run, List<ActivityRun> activities) {
        switch (form) {
            case JSON -> json(run, activities);
            case TABLE -> table(run, activities);
        }
        out.flush();
    }

    private void json(PipelineRun run, List<ActivityRun> activities) {
        ObjectNode all = run.toJson();
        var list = all.putArray("activityRuns");
        activities.forEach(a -> list.add(a.toJson()));
        out.println(Json.pretty(all));
    }

    private void table(PipelineRun run, List<ActivityRun> activities) {
        out.printf("%-32s %-12s %14s %14s %9s%n", "activity", "status", "rows read", "rows copied", "seconds");
        for (ActivityRun a : activities) {
            JsonNode output = a.output();
            Duration took = a.activityRunEnd() == null
                    ? Duration.ZERO
                    : Duration.between(a.activityRunStart(), a.activityRunEnd());
            out.printf(
                    Locale.ROOT,
                    "%-32s %-12s %,14d %,14d %9.2f%n",
                    a.activityName(),
                    a.status().word(),
                    output.path("rowsRead").asLong(0),
                    output.path("rowsCopied").asLong(0),
                    took.toMillis() / 1e3);
        }
        out.println(run.pipelineName() + ": " + run.status().word());
        for (ActivityRun a : activities) {
            JsonNode error = a.error().toJson();
            String message = error.path("message").asString("");
            if (!message.isEmpty()) {
                err.println("error: " + a.activityName() + ": " + message);
                error.path("details")
                        .forEach(d ->
                                d.path("resolution").forEach(step -> err.println("       → " + step.asString(""))));
            }
        }
        err.flush();
    }

    static void problems(PrintWriter err, List<Problem> problems) {
        for (Problem p : problems) {
            err.println("error: " + p.code() + ": " + p.message());
            p.resolution().forEach(step -> err.println("       → " + step));
        }
        err.flush();
    }
}
