package dev.sluice.node.tools.log;

import dev.sluice.model.Json;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One message of the log.
///
/// @param level `ERROR`, `WARN`, `INFO` or `DEBUG`
/// @param logger who says it; the last part of a class name
/// @param job the attempt at a job that it is about (`JOB-ATTEMPT`); empty when about none
/// @param activityRun id of the activity run that the attempt is; empty when about none
/// @param message may have several lines; the trace of an exception is part of it
public record LogEntry(
        Instant time, String level, String thread, String logger, String job, String activityRun, String message) {
    /// Characters of a message that are kept.
    public static final int MAX_MESSAGE = 16_000;

    private static final Pattern TEXT =
            Pattern.compile("(\\S{20,40}Z) (ERROR|WARN|INFO|DEBUG|TRACE) {1,2}\\[([^\\]]{0,200})] (\\S{1,200}?): (.*)");
    private static final Pattern JOB =
            Pattern.compile("\\{([A-Za-z0-9_.-]{1,100}) ([A-Za-z0-9_.-]{0,100})} (.*)", Pattern.DOTALL);

    public LogEntry {
        if (message.length() > MAX_MESSAGE) {
            message = message.substring(0, MAX_MESSAGE) + "…";
        }
    }

    /// How lines are written.
    public enum Form {
        /// `{"time":"…","level":"INFO","thread":"…","logger":"…","job":"…","activityRun":"…","message":"…"}`, one
        /// object a line.
        JSON,
        /// `2026-01-02T03:04:05.678Z INFO  [thread] Logger: {job activityRun} message`; further lines of a message
        /// follow as they are.
        TEXT
    }

    /// The entry without the line's end.
    public String line(Form form) {
        return switch (form) {
            case JSON -> Json.write(json());
            case TEXT -> time + " " + text();
        };
    }

    /// As text, without the time.
    public String text() {
        return level + (level.length() < 5 ? " " : "") + " [" + thread + "] " + logger + ": "
                + (job.isEmpty() ? "" : "{" + job + " " + activityRun + "} ") + message;
    }

    private ObjectNode json() {
        ObjectNode json = Json.object();
        json.put("time", time.toString());
        json.put("level", level);
        json.put("thread", thread);
        json.put("logger", logger);
        if (!job.isEmpty()) {
            json.put("job", job);
            json.put("activityRun", activityRun);
        }
        json.put("message", message);
        return json;
    }

    /// The entry that a line begins; null when the line belongs to the entry before it, or to none.
    static @Nullable LogEntry parse(String line) {
        return line.startsWith("{") ? parseJson(line) : parseText(line);
    }

    private static @Nullable LogEntry parseJson(String line) {
        try {
            JsonNode json = Json.parse(line);
            return new LogEntry(
                    Instant.parse(json.path("time").asString("")),
                    json.path("level").asString("INFO"),
                    json.path("thread").asString(""),
                    json.path("logger").asString(""),
                    json.path("job").asString(""),
                    json.path("activityRun").asString(""),
                    json.path("message").asString(""));
        } catch (DateTimeException | JacksonException | dev.sluice.diagnosis.ProblemException e) {
            // The last line of a process that was killed, or of somebody else's making.
            return null;
        }
    }

    private static @Nullable LogEntry parseText(String line) {
        Matcher text = TEXT.matcher(line);
        if (!text.matches()) {
            return null;
        }
        try {
            Matcher job = JOB.matcher(text.group(5));
            boolean named = job.matches();
            return new LogEntry(
                    Instant.parse(text.group(1)),
                    text.group(2),
                    text.group(3),
                    text.group(4),
                    named ? job.group(1) : "",
                    named ? job.group(2) : "",
                    named ? job.group(3) : text.group(5));
        } catch (DateTimeException e) {
            return null;
        }
    }

    /// With one more line.
    LogEntry and(String line) {
        return new LogEntry(time, level, thread, logger, job, activityRun, message + "\n" + line);
    }
}
