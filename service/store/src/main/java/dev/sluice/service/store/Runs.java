package dev.sluice.service.store;

import dev.sluice.model.Json;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunFilter;
import dev.sluice.wire.JobRef;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Runs: their state, step by step, their timers, and what history shows of them.
public final class Runs {
    private final Database database;

    Runs(Database database) {
        this.database = database;
    }

    /// Takes one step of a run in one transaction.
    public RunTransition.Result apply(RunTransition t) {
        return database.write(s -> apply(s, t));
    }

    /// The same within a transaction of somebody else's.
    static RunTransition.Result apply(Session s, RunTransition t) throws SQLException {
        if (t.ending() != null && !JobQueue.isHeld(s, t.ending())) {
            return RunTransition.Result.NOT_HELD;
        }
        if (t.answers() != null && !Letters.isOpen(s, t.answers())) {
            return RunTransition.Result.NOT_HELD;
        }
        if (t.room() != null && !hasRoom(s, t.factory(), t.room())) {
            return RunTransition.Result.FULL;
        }
        if (!writeState(s, t)) {
            return RunTransition.Result.STALE;
        }
        if (t.answers() != null) {
            Letters.take(s, t.answers());
        }
        if (t.ending() != null) {
            JobQueue.end(s, t.ending(), t.now());
        }
        if (t.run() != null) {
            History.write(s, t.factory(), t.run());
        }
        for (ActivityRun activity : t.activities()) {
            History.write(s, t.factory(), activity);
        }
        for (RunTransition.NewJob job : t.queue()) {
            JobQueue.add(s, t.factory(), t.runId(), job, t.now());
        }
        for (JobRef job : t.cancel()) {
            JobQueue.cancel(s, job);
        }
        timers(s, t);
        letters(s, t);
        return RunTransition.Result.APPLIED;
    }

    /// Others that begin runs of the same pipeline wait until this transaction is over, so that none is overlooked.
    private static boolean hasRoom(Session s, String factory, RunTransition.Room room) throws SQLException {
        lock(s, factory, room.pipeline());
        return running(s, factory, room.pipeline()) < room.most();
    }

    private static void lock(Session s, String factory, String pipeline) throws SQLException {
        s.lockGroup("pipeline/" + Documents.key(factory) + "/" + Documents.key(pipeline));
    }

    /// Under the same lock, so that a run that just found no room is not overlooked.
    private static void tellNext(Session s, RunTransition t, RunTransition.Next next, Outbox out) throws SQLException {
        lock(s, t.factory(), next.pipeline());
        List<String> waiting = waiting(s, t.factory(), next.pipeline(), 1);
        if (!waiting.isEmpty()) {
            out.send(waiting.getFirst(), next.letter());
        }
    }

    private static void letters(Session s, RunTransition t) throws SQLException {
        Outbox out = new Outbox(s, t);
        for (RunTransition.NewRun child : t.starts()) {
            start(s, t, child, out);
        }
        out.sendAll();
        if (t.next() != null) {
            tellNext(s, t, t.next(), out);
        }
    }

    private static void start(Session s, RunTransition t, RunTransition.NewRun child, Outbox out) throws SQLException {
        int made = s.update(
                "INSERT INTO run_state (run_id, factory, version, ended, body, parent_run) "
                        + "VALUES (?, ?, 1, 0, ?, ?) ON CONFLICT DO NOTHING",
                child.runId(),
                Documents.key(t.factory()),
                Json.write(child.state()),
                t.runId());
        if (made == 1) {
            History.write(s, t.factory(), child.run());
            out.send(child.runId(), child.letter());
        }
    }

    /// Letters that nobody has answered, the oldest first. A letter stays until a transition answers it.
    public List<StoredLetter> letters(int limit) {
        return database.read(s -> Letters.open(s, limit));
    }

    /// Forgets a letter that means nothing any more.
    public void forget(StoredLetter letter) {
        database.write(s -> Letters.take(s, letter.id()));
    }

    private static boolean writeState(Session s, RunTransition t) throws SQLException {
        String body = Json.write(t.state());
        if (t.expectedVersion() == 0) {
            return s.update(
                            "INSERT INTO run_state (run_id, factory, version, ended, body) "
                                    + "VALUES (?, ?, 1, ?, ?) ON CONFLICT DO NOTHING",
                            t.runId(),
                            Documents.key(t.factory()),
                            t.ended(),
                            body)
                    == 1;
        }
        return s.update(
                        "UPDATE run_state SET version = version + 1, ended = ?, body = ? "
                                + "WHERE run_id = ? AND version = ?",
                        t.ended(),
                        body,
                        t.runId(),
                        t.expectedVersion())
                == 1;
    }

    private static void timers(Session s, RunTransition t) throws SQLException {
        for (String name : t.clear()) {
            s.update("DELETE FROM timer WHERE run_id = ? AND name = ?", t.runId(), name);
        }
        for (RunTransition.Timer timer : t.timers()) {
            s.update(
                    "INSERT INTO timer (run_id, name, due) VALUES (?, ?, ?) "
                            + "ON CONFLICT (run_id, name) DO UPDATE SET due = excluded.due",
                    t.runId(),
                    timer.name(),
                    Micros.of(timer.due()));
        }
        if (t.ended()) {
            s.update("DELETE FROM timer WHERE run_id = ?", t.runId());
        }
    }

    public Optional<StoredRun> find(String runId) {
        return database.read(s -> s.one(
                Runs::readState,
                "SELECT run_id, factory, version, ended, body FROM run_state WHERE run_id = ?",
                runId));
    }

    private static StoredRun readState(ResultSet r) throws SQLException {
        return new StoredRun(r.getString(1), r.getString(2), r.getLong(3), r.getInt(4) != 0, r.getString(5));
    }

    static ObjectNode json(String text) {
        return Json.parseStored(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Whether nothing more will happen to a run; also of one that is not there.
    public boolean hasEnded(String runId) {
        return !database.read(s -> s.exists("SELECT 1 FROM run_state WHERE run_id = ? AND ended = 0", runId));
    }

    /// Runs that have not ended, by id, after an id.
    public List<String> unfinished(String after, int limit) {
        return database.read(s -> s.list(
                r -> r.getString(1),
                "SELECT run_id FROM run_state WHERE ended = 0 AND run_id > ? ORDER BY run_id LIMIT ?",
                after,
                limit));
    }

    /// How many runs of a pipeline have begun and not ended.
    public long running(String factory, String pipeline) {
        return database.read(s -> running(s, factory, pipeline));
    }

    private static long running(Session s, String factory, String pipeline) throws SQLException {
        return s.number(
                "SELECT COUNT(*) FROM pipeline_run WHERE factory = ? AND pipeline_key = ? "
                        + "AND status_key IN ('inprogress', 'canceling')",
                Documents.key(factory),
                Documents.key(pipeline));
    }

    /// Runs of a pipeline that wait for their turn, the oldest first.
    public List<String> waiting(String factory, String pipeline, int limit) {
        return database.read(s -> waiting(s, factory, pipeline, limit));
    }

    private static List<String> waiting(Session s, String factory, String pipeline, int limit) throws SQLException {
        return s.list(
                r -> r.getString(1),
                "SELECT run_id FROM pipeline_run WHERE factory = ? AND pipeline_key = ? AND status_key = 'queued' "
                        + "ORDER BY last_updated, run_id LIMIT ?",
                Documents.key(factory),
                Documents.key(pipeline),
                limit);
    }

    /// Timers whose time has come, the oldest first. A timer stays until a transition clears it.
    public List<DueTimer> due(Instant now, int limit) {
        return database.read(s -> s.list(
                r -> new DueTimer(r.getString(1), r.getString(2), Micros.time(r.getLong(3))),
                "SELECT run_id, name, due FROM timer WHERE due <= ? ORDER BY due LIMIT ?",
                Micros.of(now),
                limit));
    }

    /// When the next timer comes due.
    public Optional<Instant> nextDue() {
        return database.read(s -> s.one(r -> Micros.time(r.getLong(1)), "SELECT due FROM timer ORDER BY due LIMIT 1"));
    }

    /// The record of a run of this factory.
    public Optional<PipelineRun> pipelineRun(String factory, String runId) {
        return database.read(s -> History.pipelineRun(s, factory, runId));
    }

    /// A page of a factory's runs.
    ///
    /// @param size most records of the page
    public RunFilter.Page<PipelineRun> pipelineRuns(String factory, RunFilter filter, int size) {
        return database.read(s -> History.pipelineRuns(s, factory, filter, size));
    }

    /// The record of an activity attempt of this factory.
    public Optional<ActivityRun> activityRun(String factory, String activityRunId) {
        return database.read(s -> s.one(
                r -> ActivityRun.fromJson(json(r.getString(1))),
                "SELECT body FROM activity_run WHERE activity_run_id = ? AND factory = ?",
                activityRunId,
                Documents.key(factory)));
    }

    /// A page of a run's activity attempts.
    public RunFilter.Page<ActivityRun> activityRuns(String factory, String runId, RunFilter filter, int size) {
        return database.read(s -> History.activityRuns(s, factory, runId, filter, size));
    }
}
