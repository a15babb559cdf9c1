package dev.sluice.service.store;

import dev.sluice.model.Json;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.Operand;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.Queryable;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.run.TriggerRun;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Run records: written with each step, read by filter. Columns hold what can be asked for, in the form it is compared
/// in; the body is the record as the API shows it.
final class History {
    private static final String PIPELINE = "SELECT body FROM pipeline_run WHERE factory = ?";
    private static final String ACTIVITY = "SELECT body FROM activity_run WHERE factory = ? AND run_id = ?";

    private static final String TRIGGER = "SELECT body FROM trigger_run WHERE factory = ?";

    private History() {}

    /// Writes a run's record. Whether it is the latest of its group is decided by what there is: a run that begins
    /// takes the place of the others.
    static void write(Session s, String factory, PipelineRun run) throws SQLException {
        Optional<String> latest =
                s.one(r -> r.getString(1), "SELECT latest FROM pipeline_run WHERE run_id = ?", run.runId());
        if (latest.isEmpty() && !run.runGroupId().equals(run.runId())) {
            replaceLatest(s, factory, run.runGroupId());
        }
        put(s, factory, latest.isPresent() ? run.withLatest(latest.get().equals("true")) : run);
    }

    private static void replaceLatest(Session s, String factory, String group) throws SQLException {
        List<PipelineRun> latest = s.list(
                r -> PipelineRun.fromJson(Runs.json(r.getString(1))),
                PIPELINE + " AND group_key = ? AND latest = 'true'",
                Documents.key(factory),
                Documents.key(group));
        for (PipelineRun run : latest) {
            put(s, factory, run.withLatest(false));
        }
    }

    private static void put(Session s, String factory, PipelineRun run) throws SQLException {
        s.update(
                "INSERT INTO pipeline_run (run_id, factory, pipeline_key, status_key, run_start, run_end, "
                        + "last_updated, group_key, latest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                        + "ON CONFLICT (run_id) DO UPDATE SET status_key = excluded.status_key, "
                        + "run_start = excluded.run_start, run_end = excluded.run_end, "
                        + "last_updated = excluded.last_updated, latest = excluded.latest, body = excluded.body",
                run.runId(),
                Documents.key(factory),
                value(run, Operand.PIPELINE_NAME),
                value(run, Operand.STATUS),
                value(run, Operand.RUN_START),
                value(run, Operand.RUN_END),
                time(run.lastUpdated()),
                value(run, Operand.RUN_GROUP_ID),
                value(run, Operand.LATEST_ONLY),
                Json.write(run.toJson()));
    }

    static void write(Session s, String factory, ActivityRun run) throws SQLException {
        s.update(
                "INSERT INTO activity_run (activity_run_id, run_id, factory, pipeline_key, activity_key, type_key, "
                        + "status_key, run_start, run_end, last_updated, body) "
                        + "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                        + "ON CONFLICT (activity_run_id) DO UPDATE SET status_key = excluded.status_key, "
                        + "run_start = excluded.run_start, run_end = excluded.run_end, "
                        + "last_updated = excluded.last_updated, body = excluded.body",
                run.activityRunId(),
                run.pipelineRunId(),
                Documents.key(factory),
                value(run, Operand.PIPELINE_NAME),
                value(run, Operand.ACTIVITY_NAME),
                value(run, Operand.ACTIVITY_TYPE),
                value(run, Operand.STATUS),
                value(run, Operand.ACTIVITY_RUN_START),
                value(run, Operand.ACTIVITY_RUN_END),
                time(run.lastUpdated()),
                Json.write(run.toJson()));
    }

    static void write(Session s, String factory, TriggerTransition.Record record) throws SQLException {
        TriggerRun run = record.run();
        s.update(
                "INSERT INTO trigger_run (trigger_run_id, factory, trigger_key, status_key, fired, last_updated, "
                        + "group_key, latest, context, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                        + "ON CONFLICT (trigger_run_id) DO UPDATE SET status_key = excluded.status_key, "
                        + "last_updated = excluded.last_updated, latest = excluded.latest, body = excluded.body",
                run.triggerRunId(),
                Documents.key(factory),
                value(run, Operand.TRIGGER_NAME),
                value(run, Operand.STATUS),
                value(run, Operand.TRIGGER_RUN_TIMESTAMP),
                time(run.lastUpdated()),
                value(run, Operand.RUN_GROUP_ID),
                value(run, Operand.LATEST_ONLY),
                Json.write(record.context()),
                Json.write(run.toJson()));
    }

    static RunFilter.Page<TriggerRun> triggerRuns(Session s, String factory, RunFilter filter, int size)
            throws SQLException {
        Query query = new Query(TRIGGER, "trigger_run_id", Operand.TRIGGER_RUN_TIMESTAMP, Triggers::column);
        query.argument(Documents.key(factory));
        query.filter(filter, size + 1);
        List<TriggerRun> found =
                s.list(r -> TriggerRun.fromJson(Runs.json(r.getString(1))), query.sql(), query.arguments());
        return page(found, filter, size);
    }

    private static String value(Queryable run, Operand operand) {
        String value = Objects.requireNonNullElse(run.value(operand), "");
        return operand.isTime() ? value : Documents.key(value);
    }

    private static String time(Instant time) {
        return Timestamps.format(time);
    }

    static Optional<PipelineRun> pipelineRun(Session s, String factory, String runId) throws SQLException {
        return s.one(
                r -> PipelineRun.fromJson(Runs.json(r.getString(1))),
                PIPELINE + " AND run_id = ?",
                Documents.key(factory),
                runId);
    }

    static RunFilter.Page<PipelineRun> pipelineRuns(Session s, String factory, RunFilter filter, int size)
            throws SQLException {
        Query query = new Query(PIPELINE, "run_id", Operand.RUN_START, History::pipelineColumn);
        query.argument(Documents.key(factory));
        query.filter(filter, size + 1);
        List<PipelineRun> found =
                s.list(r -> PipelineRun.fromJson(Runs.json(r.getString(1))), query.sql(), query.arguments());
        return page(found, filter, size);
    }

    static RunFilter.Page<ActivityRun> activityRuns(Session s, String factory, String runId, RunFilter filter, int size)
            throws SQLException {
        Query query = new Query(ACTIVITY, "activity_run_id", Operand.ACTIVITY_RUN_START, History::activityColumn);
        query.argument(Documents.key(factory));
        query.argument(runId);
        query.filter(filter, size + 1);
        List<ActivityRun> found =
                s.list(r -> ActivityRun.fromJson(Runs.json(r.getString(1))), query.sql(), query.arguments());
        return page(found, filter, size);
    }

    private static <T extends Queryable> RunFilter.Page<T> page(List<T> found, RunFilter filter, int size) {
        if (found.size() <= size) {
            return new RunFilter.Page<>(found, null);
        }
        List<T> page = found.subList(0, size);
        return new RunFilter.Page<>(page, filter.position(page.getLast()).token());
    }

    private static @Nullable String pipelineColumn(Operand operand) {
        return switch (operand) {
            case PIPELINE_NAME -> "pipeline_key";
            case STATUS -> "status_key";
            case RUN_START -> "run_start";
            case RUN_END -> "run_end";
            case RUN_GROUP_ID -> "group_key";
            case LATEST_ONLY -> "latest";
            case ACTIVITY_NAME,
                    ACTIVITY_RUN_START,
                    ACTIVITY_RUN_END,
                    ACTIVITY_TYPE,
                    TRIGGER_NAME,
                    TRIGGER_RUN_TIMESTAMP -> null;
        };
    }

    private static @Nullable String activityColumn(Operand operand) {
        return switch (operand) {
            case PIPELINE_NAME -> "pipeline_key";
            case STATUS -> "status_key";
            case ACTIVITY_NAME -> "activity_key";
            case ACTIVITY_TYPE -> "type_key";
            case ACTIVITY_RUN_START -> "run_start";
            case ACTIVITY_RUN_END -> "run_end";
            case RUN_START, RUN_END, RUN_GROUP_ID, LATEST_ONLY, TRIGGER_NAME, TRIGGER_RUN_TIMESTAMP -> null;
        };
    }
}
