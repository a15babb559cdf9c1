package dev.sluice.local.ssis;

import dev.sluice.model.Json;
import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.EventLog;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a person sees of an execution: events on the error stream while it goes on, the result on the output at its
/// end. Thread-safe.
final class ExecutionReport implements EventLog {
    enum Form {
        TABLE,
        JSON
    }

    enum Level {
        NONE,
        BASIC,
        VERBOSE
    }

    private static final int MOST_KEPT = 1_000;

    private final PrintWriter out;
    private final PrintWriter err;
    private final Form form;
    private final Level level;
    private final UUID id;
    private final InstantSource clock;
    private final Instant start;
    private final Map<String, Instant> running = new HashMap<>();
    private final List<Ran> executables = new ArrayList<>();
    private final List<Event> errors = new ArrayList<>();
    private final Map<String, Boolean> failed = new HashMap<>();
    private int warnings;

    private record Ran(String path, String name, boolean failed, Duration took) {}

    ExecutionReport(PrintWriter out, PrintWriter err, Form form, Level level, UUID id, InstantSource clock) {
        this.out = out;
        this.err = err;
        this.form = form;
        this.level = level;
        this.id = id;
        this.clock = clock;
        this.start = clock.instant();
    }

    @Override
    public synchronized void raised(Event event) {
        switch (event.name()) {
            case "OnPreExecute" -> {
                running.put(event.source(), event.at());
                show(Level.BASIC, event, "started");
            }
            case "OnPostExecute" -> ended(event);
            case "OnError" -> {
                failed.put(event.source(), true);
                if (errors.size() < MOST_KEPT) {
                    errors.add(event);
                }
                show(Level.BASIC, event, "error: " + event.description());
            }
            case "OnWarning" -> {
                warnings++;
                show(Level.BASIC, event, "warning: " + event.description());
            }
            case "OnInformation" -> show(Level.BASIC, event, event.description());
            default -> show(Level.VERBOSE, event, event.name() + " " + event.description());
        }
    }

    private void ended(Event event) {
        @Nullable Instant began = running.remove(event.source());
        Duration took = began == null ? Duration.ZERO : Duration.between(began, event.at());
        boolean bad = Boolean.TRUE.equals(failed.remove(event.source()));
        if (executables.size() < MOST_KEPT) {
            executables.add(new Ran(event.source(), event.sourceName(), bad, took));
        }
        show(Level.BASIC, event, String.format(Locale.ROOT, "finished after %.3f s", took.toMillis() / 1e3));
    }

    private void show(Level least, Event event, String text) {
        if (level.compareTo(least) >= 0) {
            err.printf("%s  %s: %s%n", event.at().toString().substring(11, 19), event.source(), text);
            err.flush();
        }
    }

    private static String status(Result result) {
        return switch (result) {
            case SUCCESS -> "Succeeded";
            case FAILURE -> "Failed";
            case CANCELLED -> "Canceled";
        };
    }

    synchronized void end(SsisPackage definition, Result result) {
        Instant end = clock.instant();
        switch (form) {
            case JSON -> json(definition, result, end);
            case TABLE -> table(definition, result, end);
        }
        out.flush();
        err.flush();
    }

    private void json(SsisPackage definition, Result result, Instant end) {
        ObjectNode all = Json.object();
        all.put("package", definition.name());
        all.put("executionId", id.toString());
        all.put("status", status(result));
        all.put("startTime", start.toString());
        all.put("endTime", end.toString());
        all.put("durationInMs", Duration.between(start, end).toMillis());
        all.put("warnings", warnings);
        ArrayNode wrong = all.putArray("errors");
        for (Event e : errors) {
            ObjectNode one = wrong.addObject();
            one.put("object", e.source());
            one.put("ssisCode", String.format("0x%08X", e.code()));
            one.put("message", e.description());
        }
        ArrayNode ran = all.putArray("executables");
        for (Ran r : executables) {
            ObjectNode one = ran.addObject();
            one.put("object", r.path());
            one.put("failed", r.failed());
            one.put("durationInMs", r.took().toMillis());
        }
        out.println(Json.pretty(all));
    }

    private void table(SsisPackage definition, Result result, Instant end) {
        out.printf("%-60s %-8s %10s%n", "executable", "result", "seconds");
        for (Ran r : executables) {
            out.printf(
                    Locale.ROOT,
                    "%-60s %-8s %10.3f%n",
                    r.path(),
                    r.failed() ? "errors" : "done",
                    r.took().toMillis() / 1e3);
        }
        out.printf(
                Locale.ROOT,
                "%s: %s after %.3f s (%d errors, %d warnings)%n",
                definition.name(),
                status(result),
                Duration.between(start, end).toMillis() / 1e3,
                errors.size(),
                warnings);
    }
}
