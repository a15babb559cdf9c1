package dev.sluice.cli.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Follows one pipeline run to its end, with a line for every activity that moved. For one thread.
public final class RunWatch {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed", "Cancelled");

    private static final Set<String> OVER = Set.of("Succeeded", "Failed", "Cancelled", "Skipped");

    private final ServiceClient client;
    private final FactoryPaths paths;
    private final String runId;
    private final Duration interval;
    private final Map<String, Long> begun = new HashMap<>();
    private final Map<String, Long> over = new HashMap<>();

    public RunWatch(ServiceClient client, FactoryPaths paths, String runId, Duration interval) {
        this.client = client;
        this.paths = paths;
        this.runId = runId;
        this.interval = interval;
    }

    /// Waits for the run's end.
    ///
    /// @param line receives one line per activity whose counters or status changed since the last look
    /// @return the run's record
    public JsonNode untilEnd(Consumer<String> line) {
        return untilEnd(activities -> {}, line);
    }

    /// As [#untilEnd(Consumer)].
    ///
    /// @param all receives all activities after every look
    public JsonNode untilEnd(Consumer<List<Activity>> all, Consumer<String> line) {
        Map<String, String> shown = new HashMap<>();
        while (true) {
            JsonNode run = client.get(paths.run(runId));
            List<Activity> activities = activities();
            all.accept(activities);
            for (Activity a : activities) {
                String text = a.line();
                if (!text.equals(shown.put(a.name(), text))) {
                    line.accept(text);
                }
            }
            if (ENDED.contains(run.path("status").asString(""))) {
                return run;
            }
            pause();
        }
    }

    /// The run's activities as the service sees them now, in the pipeline's order.
    public List<Activity> activities() {
        return client.get("/api/v1/runs/" + ServiceClient.segment(runId) + "/progress")
                .path("activities")
                .valueStream()
                .map(this::activity)
                .toList();
    }

    /// The service counts an activity's time from its queueing; a rate counts from when it was first seen at work.
    private Activity activity(JsonNode a) {
        String name = a.path("activityName").asString("");
        String status = a.path("status").asString("");
        long now = System.nanoTime();
        long millis = a.path("durationInMs").asLong(0);
        if (status.equals("InProgress")) {
            begun.putIfAbsent(name, now);
        }
        Long start = begun.get(name);
        if (start != null) {
            long end = OVER.contains(status) ? over.computeIfAbsent(name, n -> now) : now;
            millis = (end - start) / 1_000_000;
        }
        return new Activity(
                name,
                status,
                a.path("phase").asString(""),
                a.path("rowsWritten").asLong(0),
                a.path("bytesWritten").asLong(0),
                millis,
                left(a));
    }

    /// What the service foresees, as it is shown; empty when it does not.
    private static String left(JsonNode a) {
        JsonNode queue = a.path("queue");
        if (queue.isObject()) {
            JsonNode wait = queue.path("expectedWaitInSeconds");
            return "place " + queue.path("position").asLong(0) + " of "
                    + queue.path("waiting").asLong(0) + " in the queue"
                    + (wait.isNumber() ? ", about " + words(wait.asLong(0)) : "");
        }
        return a.path("percent").isNumber()
                ? a.path("percent").asInt(0) + " %, "
                        + words(a.path("secondsLeft").asLong(0)) + " left"
                : "";
    }

    private static String words(long seconds) {
        return seconds < 60
                ? seconds + " s"
                : seconds < 3_600
                        ? seconds / 60 + " min " + seconds % 60 + " s"
                        : seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(interval.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for run " + runId, e);
        }
    }

    /// Counters of one activity.
    ///
    /// @param millis that it has been at work
    /// @param forecast how much is done and how long the rest will take, where the source tells; of a waiting one
    ///     its place in the queue; or empty
    public record Activity(
            String name, String status, String phase, long rows, long bytes, long millis, String forecast) {
        /// Whether nothing more will happen to it.
        public boolean isOver() {
            return OVER.contains(status);
        }

        /// Megabytes written a second, so far.
        public double megabytesPerSecond() {
            return millis <= 0 ? 0 : bytes / 1e3 / millis;
        }

        String line() {
            return "%-32s %-12s %,14d rows %8.1f MB/s  %s"
                    .formatted(name, status, rows, megabytesPerSecond(), forecast)
                    .stripTrailing();
        }
    }
}
