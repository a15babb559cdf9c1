package dev.sluice.node.agent.job;

import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.model.Json;
import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.EventLog;
import dev.sluice.ssis.engine.control.PathMap;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What a package's execution says: to a file where the activity asks for one, and the end of it for the output. The
/// messages have the catalog's form. Thread-safe.
final class SsisLog implements EventLog, AutoCloseable {
    private static final int MOST_ERRORS = 20;
    private static final int MOST_MESSAGES = 200;
    private static final int MOST_EXECUTABLES = 1_000;
    private static final int MOST_CHARACTERS = 2_000;

    private final @Nullable Writer file;
    private final String place;
    private final List<String> errors = new ArrayList<>();
    private final Deque<String> last = new ArrayDeque<>();
    private final Map<String, Instant> running = new HashMap<>();
    private final ArrayNode executables = Json.array();
    private int errorCount;
    private int warningCount;
    private boolean broken;

    private SsisLog(@Nullable Writer file, String place) {
        this.file = file;
        this.place = place;
    }

    /// @param location `logLocation` of the activity; without a path nothing is written
    /// @param id names the folder below it
    static SsisLog open(Settings location, PathMap paths, String id) {
        String path = SsisJob.text(location, "logPath");
        if (path.isBlank()) {
            return new SsisLog(null, "");
        }
        Path folder = paths.local(path).resolve(id);
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("messages.log");
            return new SsisLog(Files.newBufferedWriter(file, StandardCharsets.UTF_8), file.toString());
        } catch (IOException e) {
            throw SsisRunFaults.LOG_UNWRITABLE
                    .problem()
                    .at(location.pointer() + "/logPath")
                    .evidence("path", path)
                    .evidence("detail", e)
                    .from(e)
                    .exception();
        }
    }

    @Override
    public synchronized void raised(Event event) {
        String text = switch (event.name()) {
            case "OnPreExecute" -> {
                running.put(event.source(), event.at());
                yield "Start, " + event.at() + ".";
            }
            case "OnPostExecute" -> ended(event);
            case "OnError" -> {
                errorCount++;
                if (errors.size() < MOST_ERRORS) {
                    errors.add(event.sourceName() + ": " + event.description());
                }
                yield "Error: " + event.description();
            }
            case "OnWarning" -> {
                warningCount++;
                yield "Warning: " + event.description();
            }
            case "OnInformation" -> "Information: " + event.description();
            default -> event.name() + " " + event.description();
        };
        message(event.sourceName() + ":" + text, event);
    }

    private String ended(Event event) {
        Instant began = running.getOrDefault(event.source(), event.at());
        running.remove(event.source());
        Duration took = Duration.between(began, event.at());
        if (executables.size() < MOST_EXECUTABLES) {
            ObjectNode one = executables.addObject();
            one.put("executable", event.source());
            one.put("durationInMs", took.toMillis());
        }
        return "Finished, " + event.at() + ", Elapsed time: "
                + String.format(
                        java.util.Locale.ROOT,
                        "%02d:%02d:%02d.%03d.",
                        took.toHours(),
                        took.toMinutesPart(),
                        took.toSecondsPart(),
                        took.toMillisPart());
    }

    private void message(String text, Event event) {
        String code = event.code() == 0 ? "" : String.format(" [0x%08X]", event.code());
        last.addLast(text.length() > MOST_CHARACTERS ? text.substring(0, MOST_CHARACTERS) + "…" : text + code);
        if (last.size() > MOST_MESSAGES) {
            last.removeFirst();
        }
        Writer out = file;
        if (out == null || broken) {
            return;
        }
        try {
            out.write(event.at() + "\t" + event.source() + "\t" + text.replace('\n', ' ') + code + "\n");
            out.flush();
        } catch (IOException e) {
            // The package goes on; its log ends here, and says so in the output.
            broken = true;
            last.addLast("The log could not be written any further: " + e);
        }
    }

    synchronized List<String> errors() {
        return List.copyOf(errors);
    }

    synchronized int errorCount() {
        return errorCount;
    }

    synchronized int warningCount() {
        return warningCount;
    }

    synchronized ArrayNode executables() {
        return executables;
    }

    synchronized ArrayNode messages() {
        ArrayNode all = Json.array();
        last.forEach(all::add);
        return all;
    }

    /// The file; empty without one.
    String place() {
        return place;
    }

    @Override
    public synchronized void close() throws IOException {
        Writer out = file;
        if (out != null) {
            out.close();
        }
    }
}
