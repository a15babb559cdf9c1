package dev.sluice.service.app.runs;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Json;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.run.ActivityState;
import dev.sluice.service.run.ActivityStatus;
import dev.sluice.service.run.RunState;
import dev.sluice.service.store.JobQueue;
import dev.sluice.service.store.Store;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Where a run stands at this moment: `GET /api/v1/runs/{runId}/progress`. Counters of a running activity come
/// from the newest heartbeat, those of an ended copy from its output.
public final class ProgressApi {
    private final Store store;
    private final ProgressBoard board;
    private final InstantSource clock;

    public ProgressApi(Store store, ProgressBoard board, InstantSource clock) {
        this.store = store;
        this.board = board;
        this.clock = clock;
    }

    public void addTo(Routes routes) {
        routes.add("GET", "/api/v1/runs/{runId}/progress", Permission.SIGNED_IN, this::progress);
    }

    private Answer progress(Call call) {
        String runId = call.variable("runId");
        RunState state = store.runs()
                .find(runId)
                .map(Dispatcher::state)
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "pipeline run", "name", runId));
        call.caller()
                .require(
                        Permission.READ,
                        store.documents()
                                .factory(state.identity().factoryName())
                                .map(Paths::id)
                                .orElse(""));
        ObjectNode json = Json.object();
        json.put("runId", runId);
        json.put("factoryName", state.identity().factoryName());
        json.put("pipelineName", state.pipeline().name());
        json.put("status", state.status().word());
        json.put("at", Timestamps.format(clock.instant()));
        var activities = json.putArray("activities");
        state.activities().forEach((path, activity) -> activities.add(activity(runId, path, activity)));
        return Answer.ok(json);
    }

    private ObjectNode activity(String runId, String path, ActivityState activity) {
        JobRef job = JobIds.ref(runId, activity.jobPath(path), activity.attempt());
        Optional<JobProgress> live = board.of(job);
        ObjectNode json = Json.object();
        json.put("activityName", path);
        json.put("activityRunId", activity.activityRunId());
        json.put("attempt", activity.attempt());
        json.put("status", word(activity.status()));
        json.put("node", activity.node());
        json.put(
                "phase",
                activity.status().ended() ? "" : live.map(JobProgress::phase).orElse(""));
        if (activity.status() == ActivityStatus.QUEUED) {
            store.jobs().place(job, clock.instant()).ifPresent(place -> json.set("queue", queue(place)));
        }
        Instant start = activity.startedAt();
        if (start != null) {
            json.put("activityRunStart", Timestamps.format(start));
            Instant end = Objects.requireNonNullElse(activity.endedAt(), clock.instant());
            json.put("durationInMs", Math.max(0, Duration.between(start, end).toMillis()));
        }
        counter(json, "rowsRead", activity, "rowsRead", live.map(JobProgress::rowsRead));
        counter(json, "rowsWritten", activity, "rowsCopied", live.map(JobProgress::rowsWritten));
        counter(json, "bytesRead", activity, "dataRead", live.map(JobProgress::bytesRead));
        counter(json, "bytesWritten", activity, "dataWritten", live.map(JobProgress::bytesWritten));
        json.put("estimatedRows", live.map(JobProgress::estimatedRows).orElse(-1L));
        json.put(
                "estimatedBytes",
                live.map(JobProgress::estimatedBytes).filter(n -> n > 0).orElse(-1L));
        if (!activity.status().ended()) {
            live.flatMap(JobProgress::forecast).ifPresent(f -> {
                json.put("percent", f.percent());
                json.put("secondsLeft", f.left().toSeconds());
            });
        }
        return json;
    }

    /// Where a job stands that no node has taken yet.
    private static ObjectNode queue(JobQueue.Place place) {
        ObjectNode json = Json.object();
        json.put("position", place.position());
        json.put("waiting", place.waiting());
        json.put("lane", Lane.of(place.priority()).name().toLowerCase(Locale.ROOT));
        place.expected().ifPresent(wait -> json.put("expectedWaitInSeconds", wait.toSeconds()));
        return json;
    }

    private static void counter(
            ObjectNode json, String name, ActivityState activity, String output, Optional<Long> live) {
        boolean known =
                activity.status().ended() && activity.output().path(output).isNumber();
        json.put(name, known ? activity.output().path(output).longValue() : live.orElse(0L));
    }

    private static String word(ActivityStatus status) {
        return switch (status) {
            case WAITING -> "Waiting";
            case QUEUED -> "Queued";
            case RUNNING, SLEEPING, CONTAINING, CALLING, EXPECTING -> "InProgress";
            case PAUSED -> "WaitingForRetry";
            case CLOSING, CANCELING -> "Canceling";
            case SUCCEEDED -> "Succeeded";
            case FAILED -> "Failed";
            case SKIPPED -> "Skipped";
            case CANCELLED -> "Cancelled";
        };
    }
}
