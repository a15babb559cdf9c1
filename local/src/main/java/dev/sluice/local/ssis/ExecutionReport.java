package dev.sluice.local.ssis;

import dev.sluice.model.Json;
import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.EventLog;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.dataflow.DataFlowTask;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
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
        /// Errors and warnings while it runs; at the end a timeline with each component of each data flow.
        PERFORMANCE,
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
    private final List<Component> components = new ArrayList<>();
    private final List<Event> errors = new ArrayList<>();
    private final Map<String, Boolean> failed = new HashMap<>();
    private int warnings;

    private record Ran(String path, boolean failed, Instant began, Instant ended) {
        Duration took() {
            return Duration.between(began, ended);
        }
    }

    /// A component of a data flow: when it began and ended, and how long it worked.
    private record Component(String flow, String name, Instant began, Instant ended, Duration active, long rows) {}

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
                show(Level.PERFORMANCE, event, "error: " + event.description());
            }
            case "OnWarning" -> {
                warnings++;
                show(Level.PERFORMANCE, event, "warning: " + event.description());
            }
            case "OnInformation" -> show(Level.BASIC, event, event.description());
            case DataFlowTask.COMPONENT_TIME -> {
                if (components.size() < MOST_KEPT) {
                    components.add(component(event));
                }
                show(Level.VERBOSE, event, event.description());
            }
            default -> show(Level.VERBOSE, event, event.name() + " " + event.description());
        }
    }

    /// The data flow tells of its components when it is over; its last component ended at that moment.
    private Component component(Event event) {
        Instant flow = running.getOrDefault(event.source(), start);
        return new Component(
                event.source(),
                String.valueOf(event.variables().get("Component")),
                flow.plusNanos(nanos(event, "BeganNanos")),
                flow.plusNanos(nanos(event, "EndedNanos")),
                Duration.ofNanos(nanos(event, "ActiveNanos")),
                nanos(event, "Rows"));
    }

    private static long nanos(Event event, String name) {
        return event.variables().get(name) instanceof Long value ? value : 0;
    }

    private void ended(Event event) {
        Instant began = Objects.requireNonNullElse(running.remove(event.source()), event.at());
        Duration took = Duration.between(began, event.at());
        boolean bad = Boolean.TRUE.equals(failed.remove(event.source()));
        if (executables.size() < MOST_KEPT) {
            executables.add(new Ran(event.source(), bad, began, event.at()));
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
            one.put("startTime", r.began().toString());
            one.put("durationInMs", r.took().toMillis());
        }
        ArrayNode parts = all.putArray("components");
        for (Component c : components) {
            ObjectNode one = parts.addObject();
            one.put("dataFlow", c.flow());
            one.put("component", c.name());
            one.put("startTime", c.began().toString());
            one.put("endTime", c.ended().toString());
            one.put("activeInMs", c.active().toMillis());
            one.put("rows", c.rows());
        }
        out.println(Json.pretty(all));
    }

    /// Executables in the order in which they began, each data flow with its components below it.
    private void timeline(Instant end) {
        Timeline timeline = new Timeline();
        for (Ran r :
                executables.stream().sorted(Comparator.comparing(Ran::began)).toList()) {
            timeline.add(new Timeline.Line(r.path(), r.began(), r.ended(), r.took(), -1));
            components.stream()
                    .filter(c -> c.flow().equals(r.path())
                            && !c.began().isBefore(r.began())
                            && !c.began().isAfter(r.ended()))
                    .sorted(Comparator.comparing(Component::began))
                    .forEach(c -> timeline.add(
                            new Timeline.Line("  " + c.name(), c.began(), c.ended(), c.active(), c.rows())));
        }
        timeline.print(out, start, end);
    }

    private void table(SsisPackage definition, Result result, Instant end) {
        if (level == Level.PERFORMANCE) {
            timeline(end);
        }
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
