package dev.sluice.service.app.runs;

import dev.sluice.model.Json;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.service.run.RunState;
import dev.sluice.service.store.Store;
import dev.sluice.wire.JobProgress;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// The outputs of copies under way, as Data Factory shows them: the counters of the last heartbeat under the names
/// that the finished activity's output has. Nothing is stored; a service that has just started has none yet.
final class LiveOutput {
    private static final int MILLIS = 1_000;
    private static final double KB = 1_024.0;

    private final Store store;
    private final ProgressBoard board;

    LiveOutput(Store store, ProgressBoard board) {
        this.store = store;
        this.board = board;
    }

    /// By activity run. Those are left out that do not run, are no copies, or hide what they give.
    Map<String, ObjectNode> of(String runId, List<ActivityRun> activities) {
        if (activities.stream().noneMatch(LiveOutput::isRunning)) {
            return Map.of();
        }
        Map<String, ObjectNode> outputs = new HashMap<>();
        Optional<RunState> state = store.runs().find(runId).map(Dispatcher::state);
        state.ifPresent(run -> activities.stream()
                .filter(LiveOutput::isRunning)
                .forEach(activity -> of(run, activity).ifPresent(o -> outputs.put(activity.activityRunId(), o))));
        return outputs;
    }

    private static boolean isRunning(ActivityRun activity) {
        return activity.status() == ActivityRunStatus.IN_PROGRESS
                && activity.activityType().equals("Copy");
    }

    private Optional<ObjectNode> of(RunState run, ActivityRun activity) {
        return run.activities().entrySet().stream()
                .filter(e -> e.getValue().activityRunId().equals(activity.activityRunId()))
                .filter(e -> !e.getValue().policy().secureOutput())
                .findFirst()
                .flatMap(e -> board.of(JobIds.ref(
                        run.identity().runId(), e.getKey(), e.getValue().attempt())))
                .filter(p -> p.copyingMillis() > 0 || p.bytesRead() > 0 || p.rowsRead() > 0)
                .map(LiveOutput::output);
    }

    private static ObjectNode output(JobProgress p) {
        ObjectNode json = Json.object();
        json.put("dataRead", p.bytesRead());
        json.put("dataWritten", p.bytesWritten());
        json.put("rowsRead", p.rowsRead());
        json.put("rowsCopied", p.rowsWritten());
        json.put("copyDuration", p.copyingMillis() / MILLIS);
        double seconds = Math.max(1, p.copyingMillis()) / (double) MILLIS;
        json.put(
                "throughput",
                BigDecimal.valueOf(p.bytesRead() / KB / seconds)
                        .setScale(3, RoundingMode.HALF_UP)
                        .doubleValue());
        json.putArray("executionDetails").addObject().put("status", "InProgress");
        return json;
    }
}
