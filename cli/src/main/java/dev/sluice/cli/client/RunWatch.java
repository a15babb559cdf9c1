package dev.sluice.cli.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/// Follows one pipeline run to its end, with a line for every activity that moved.
public final class RunWatch {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed", "Cancelled");

    private final ServiceClient client;
    private final FactoryPaths paths;
    private final String runId;
    private final Duration interval;

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
        Map<String, String> shown = new HashMap<>();
        while (true) {
            JsonNode run = client.get(paths.run(runId));
            for (Activity a : activities()) {
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

    /// The run's activities as the service sees them now.
    public List<Activity> activities() {
        return client.get("/api/v1/runs/" + ServiceClient.segment(runId) + "/progress")
                .path("activities")
                .valueStream()
                .map(Activity::of)
                .toList();
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
    /// @param millis since its start
    public record Activity(String name, String status, String phase, long rows, long bytes, long millis) {
        static Activity of(JsonNode a) {
            return new Activity(
                    a.path("activityName").asString(""),
                    a.path("status").asString(""),
                    a.path("phase").asString(""),
                    a.path("rowsWritten").asLong(0),
                    a.path("bytesWritten").asLong(0),
                    a.path("durationInMs").asLong(0));
        }

        /// Megabytes written a second, so far.
        public double megabytesPerSecond() {
            return millis <= 0 ? 0 : bytes / 1e3 / millis;
        }

        String line() {
            return "%-32s %-12s %,14d rows %8.1f MB/s".formatted(name, status, rows, megabytesPerSecond());
        }
    }
}
