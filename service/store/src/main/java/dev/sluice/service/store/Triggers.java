package dev.sluice.service.store;

import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.Timestamps;
import dev.sluice.model.run.TriggerRun;
import dev.sluice.model.run.TriggerRunStatus;
import dev.sluice.model.run.TriggerWindow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Triggers: where each stands, what it has fired for, its windows, and the history of its runs.
public final class Triggers {
    private static final long NEVER = Long.MAX_VALUE;
    private static final String STATE = "SELECT factory, trigger_key, started, version, body FROM trigger_state ";
    private static final String WINDOW = "SELECT w.window_start, w.window_end, w.run_id, w.body, r.body "
            + "FROM trigger_window w JOIN trigger_run r ON r.trigger_run_id = w.trigger_run_id "
            + "WHERE w.factory = ? AND w.trigger_key = ? ";

    private final Database database;

    Triggers(Database database) {
        this.database = database;
    }

    /// Takes one step of a trigger in one transaction.
    public TriggerTransition.Result apply(TriggerTransition t) {
        return database.write(s -> {
            if (t.watch().ending() != null && !JobQueue.isHeld(s, t.watch().ending())) {
                return new TriggerTransition.Result.NotHeld();
            }
            if (t.etag() != null && !holds(s, t, t.etag()) || !writeState(s, t)) {
                return new TriggerTransition.Result.Stale();
            }
            Set<String> fired = new HashSet<>();
            for (TriggerTransition.Fire fire : t.fires()) {
                if (isNew(s, t, fire)) {
                    fired.add(fire.occurrence());
                    History.write(s, t.factory(), fire.record());
                    start(s, fire.starts());
                }
            }
            for (TriggerTransition.Record record : t.records()) {
                History.write(s, t.factory(), record);
            }
            for (TriggerWindow window : t.windows()) {
                write(s, t, window);
            }
            start(s, t.starts());
            WatchedFiles.write(s, t);
            if (t.tellDependents()) {
                tellDependents(s, t);
            }
            return new TriggerTransition.Result.Applied(fired);
        });
    }

    /// Whether the document is still the one; nobody changes it until the transaction ends.
    private static boolean holds(Session s, TriggerTransition t, String etag) throws SQLException {
        return s.update(
                        "UPDATE resource SET etag = etag WHERE factory = ? AND kind = ? AND name_key = ? AND etag = ?",
                        Documents.key(t.factory()),
                        DocumentKind.TRIGGER.name(),
                        Documents.key(t.trigger()),
                        etag)
                == 1;
    }

    private static boolean writeState(Session s, TriggerTransition t) throws SQLException {
        long due = t.due() == null ? NEVER : Micros.of(t.due());
        String body = Json.write(t.state());
        if (t.expectedVersion() == 0) {
            return s.update(
                            "INSERT INTO trigger_state (factory, trigger_key, started, version, due, body) "
                                    + "VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT DO NOTHING",
                            Documents.key(t.factory()),
                            Documents.key(t.trigger()),
                            t.started(),
                            due,
                            body)
                    == 1;
        }
        return s.update(
                        "UPDATE trigger_state SET started = ?, version = version + 1, due = ?, body = ? "
                                + "WHERE factory = ? AND trigger_key = ? AND version = ?",
                        t.started(),
                        due,
                        body,
                        Documents.key(t.factory()),
                        Documents.key(t.trigger()),
                        t.expectedVersion())
                == 1;
    }

    private static boolean isNew(Session s, TriggerTransition t, TriggerTransition.Fire fire) throws SQLException {
        return s.update(
                        "INSERT INTO trigger_fire (factory, trigger_key, occurrence, trigger_run_id, fired) "
                                + "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        Documents.key(t.factory()),
                        Documents.key(t.trigger()),
                        fire.occurrence(),
                        fire.record().run().triggerRunId(),
                        Micros.of(t.now()))
                == 1;
    }

    private static void start(Session s, List<RunTransition> starts) throws SQLException {
        for (RunTransition start : starts) {
            if (Runs.apply(s, start) != RunTransition.Result.APPLIED) {
                throw new SQLException("the run's id is taken");
            }
        }
    }

    private static void write(Session s, TriggerTransition t, TriggerWindow window) throws SQLException {
        History.write(s, t.factory(), new TriggerTransition.Record(window.run(), Json.object()));
        s.update(
                "INSERT INTO trigger_window (factory, trigger_key, window_start, window_end, status_key, "
                        + "trigger_run_id, run_id, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
                        + "ON CONFLICT (factory, trigger_key, window_start) DO UPDATE SET "
                        + "status_key = excluded.status_key, trigger_run_id = excluded.trigger_run_id, "
                        + "run_id = excluded.run_id, body = excluded.body",
                Documents.key(t.factory()),
                Documents.key(t.trigger()),
                Micros.of(window.start()),
                Micros.of(window.end()),
                Documents.key(window.status().word()),
                window.run().triggerRunId(),
                window.pipelineRunId() == null ? "" : window.pipelineRunId(),
                Json.write(rest(window)));
    }

    private static ObjectNode rest(TriggerWindow window) {
        ObjectNode json = Json.object();
        json.put("attempt", window.attempt());
        json.put("since", Timestamps.format(window.since()));
        if (window.notBefore() != null) {
            json.put("notBefore", Timestamps.format(window.notBefore()));
        }
        return json;
    }

    /// Their step under way, if there is one, has not seen this one: by the new version it is decided again.
    private static void tellDependents(Session s, TriggerTransition t) throws SQLException {
        s.update(
                "UPDATE trigger_state SET version = version + 1, due = ? WHERE factory = ? AND started = 1 "
                        + "AND trigger_key <> ? AND trigger_key IN (SELECT from_key FROM resource_link "
                        + "WHERE factory = ? AND to_kind = ? AND to_key = ? AND from_kind = ?)",
                Micros.of(t.now()),
                Documents.key(t.factory()),
                Documents.key(t.trigger()),
                Documents.key(t.factory()),
                DocumentKind.TRIGGER.name(),
                Documents.key(t.trigger()),
                DocumentKind.TRIGGER.name());
    }

    /// Where a trigger stands; empty when it was never started.
    public Optional<StoredTrigger> find(String factory, String trigger) {
        return database.read(s -> s.one(
                Triggers::state,
                STATE + "WHERE factory = ? AND trigger_key = ?",
                Documents.key(factory),
                Documents.key(trigger)));
    }

    private static StoredTrigger state(ResultSet r) throws SQLException {
        return new StoredTrigger(
                r.getString(1), r.getString(2), r.getInt(3) != 0, r.getLong(4), Runs.json(r.getString(5)));
    }

    static boolean isStarted(Session s, String factory, String trigger) throws SQLException {
        return s.exists(
                "SELECT 1 FROM trigger_state WHERE factory = ? AND trigger_key = ? AND started = 1",
                Documents.key(factory),
                Documents.key(trigger));
    }

    /// Removes all of a trigger but its history, in which windows that had not ended are cancelled.
    static void forget(Session s, String factory, String trigger, Instant now) throws SQLException {
        for (TriggerWindow window : openWindows(s, factory, trigger)) {
            TriggerRun ended = window.run().with(TriggerRunStatus.CANCELLED, "The trigger was deleted.", now);
            History.write(s, factory, new TriggerTransition.Record(ended, Json.object()));
        }
        for (String table : List.of("trigger_state", "trigger_fire", "trigger_window")) {
            s.update(
                    "DELETE FROM " + table + " WHERE factory = ? AND trigger_key = ?",
                    Documents.key(factory),
                    Documents.key(trigger));
        }
        WatchedFiles.forget(s, Documents.key(factory), Documents.key(trigger));
        s.update("DELETE FROM job WHERE run_id = ?", WatchedFiles.owner(factory, trigger));
    }

    /// What stands in a trigger's job where others have the id of their run.
    public static String owner(String factory, String trigger) {
        return WatchedFiles.owner(factory, trigger);
    }

    /// Whether a job is a trigger's and no run's.
    public static boolean owns(QueuedJob job) {
        return job.runId().equals(WatchedFiles.owner(job.factory(), job.activity()));
    }

    /// The files of a bucket that a trigger knows.
    public List<WatchStep.KnownFile> files(String factory, String trigger, String bucket) {
        return database.read(s -> WatchedFiles.bucket(s, factory, trigger, bucket));
    }

    /// What happened to files and was not fired for yet, the oldest first.
    public List<WatchStep.Arrival> arrivals(String factory, String trigger, int most) {
        return database.read(s -> WatchedFiles.arrivals(s, factory, trigger, most));
    }

    /// The names, in lower case, of a factory's triggers that are started.
    public Set<String> started(String factory) {
        return Set.copyOf(database.read(s -> s.list(
                r -> r.getString(1),
                "SELECT trigger_key FROM trigger_state WHERE factory = ? AND started = 1",
                Documents.key(factory))));
    }

    /// Started triggers whose time has come, the longest waiting first.
    public List<StoredTrigger> due(Instant now, int limit) {
        return database.read(s -> s.list(
                Triggers::state, STATE + "WHERE started = 1 AND due <= ? ORDER BY due LIMIT ?", Micros.of(now), limit));
    }

    /// When the next started trigger comes due.
    public Optional<Instant> nextDue() {
        return database.read(s -> s.one(
                r -> Micros.time(r.getLong(1)),
                "SELECT due FROM trigger_state WHERE started = 1 AND due < ? ORDER BY due LIMIT 1",
                NEVER));
    }

    /// Triggers, started or not, with a window whose run has ended and was not looked at yet.
    public List<StoredTrigger> withEndedRuns(int limit) {
        return database.read(s -> s.list(
                Triggers::state,
                "SELECT DISTINCT t.factory, t.trigger_key, t.started, t.version, t.body FROM trigger_window w "
                        + "JOIN run_state r ON r.run_id = w.run_id JOIN trigger_state t "
                        + "ON t.factory = w.factory AND t.trigger_key = w.trigger_key "
                        + "WHERE w.status_key = 'inprogress' AND r.ended = 1 LIMIT ?",
                limit));
    }

    /// Windows that have not ended, by time.
    public List<TriggerWindow> openWindows(String factory, String trigger) {
        return database.read(s -> openWindows(s, factory, trigger));
    }

    private static List<TriggerWindow> openWindows(Session s, String factory, String trigger) throws SQLException {
        return s.list(
                Triggers::window,
                WINDOW + "AND w.status_key IN ('waiting', 'waitingondependency', 'inprogress') ORDER BY w.window_start",
                Documents.key(factory),
                Documents.key(trigger));
    }

    /// Windows that have a part in `from` to `to`, by time.
    public List<TriggerWindow> windows(String factory, String trigger, Instant from, Instant to, int limit) {
        return database.read(s -> s.list(
                Triggers::window,
                WINDOW + "AND w.window_end > ? AND w.window_start < ? ORDER BY w.window_start LIMIT ?",
                Documents.key(factory),
                Documents.key(trigger),
                Micros.of(from),
                Micros.of(to),
                limit));
    }

    /// The window whose newest run this is.
    public Optional<TriggerWindow> windowOf(String factory, String trigger, String triggerRunId) {
        return database.read(s -> s.one(
                Triggers::window,
                WINDOW + "AND w.trigger_run_id = ?",
                Documents.key(factory),
                Documents.key(trigger),
                triggerRunId));
    }

    private static TriggerWindow window(ResultSet r) throws SQLException {
        Place rest = Place.root(Runs.json(r.getString(4)));
        String run = r.getString(3);
        Instant start = Micros.time(r.getLong(1));
        return new TriggerWindow(
                start,
                Micros.time(r.getLong(2)),
                TriggerRun.fromJson(Runs.json(r.getString(5))),
                run.isEmpty() ? null : run,
                (int) rest.member("attempt").whole().orElse(0),
                time(rest.member("since"), start),
                rest.member("notBefore").present() ? time(rest.member("notBefore"), start) : null);
    }

    private static Instant time(Place place, Instant otherwise) {
        return place.text().flatMap(Timestamps::parse).orElse(otherwise);
    }

    /// A trigger run of this factory with what it was fired with.
    public Optional<TriggerTransition.Record> run(String factory, String triggerRunId) {
        return database.read(s -> s.one(
                r -> new TriggerTransition.Record(
                        TriggerRun.fromJson(Runs.json(r.getString(1))), Runs.json(r.getString(2))),
                "SELECT body, context FROM trigger_run WHERE factory = ? AND trigger_run_id = ?",
                Documents.key(factory),
                triggerRunId));
    }

    /// A page of a factory's trigger runs.
    ///
    /// @param size most records of the page
    public RunFilter.Page<TriggerRun> runs(String factory, RunFilter filter, int size) {
        return database.read(s -> History.triggerRuns(s, factory, filter, size));
    }

    /// Removes the memory of what was fired for before that time. Times cannot come again by then; an event that comes
    /// again so late fires again.
    public int forgetFires(Instant before) {
        return database.write(s -> s.update("DELETE FROM trigger_fire WHERE fired < ?", Micros.of(before)));
    }

    static @Nullable String column(dev.sluice.model.run.Operand operand) {
        return switch (operand) {
            case STATUS -> "status_key";
            case TRIGGER_NAME -> "trigger_key";
            case TRIGGER_RUN_TIMESTAMP -> "fired";
            case RUN_GROUP_ID -> "group_key";
            case LATEST_ONLY -> "latest";
            case PIPELINE_NAME,
                    RUN_START,
                    RUN_END,
                    ACTIVITY_NAME,
                    ACTIVITY_RUN_START,
                    ACTIVITY_RUN_END,
                    ACTIVITY_TYPE -> null;
        };
    }
}
