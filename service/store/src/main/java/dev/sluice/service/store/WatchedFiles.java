package dev.sluice.service.store;

import dev.sluice.model.Json;
import java.sql.SQLException;
import java.util.List;

/// The files that triggers know, and what happened to them.
final class WatchedFiles {
    private WatchedFiles() {}

    static void write(Session s, TriggerTransition t) throws SQLException {
        String factory = Documents.key(t.factory());
        String trigger = Documents.key(t.trigger());
        WatchStep step = t.watch();
        if (step.ending() != null) {
            JobQueue.end(s, step.ending(), t.now());
        }
        for (var job : step.cancel()) {
            JobQueue.cancel(s, job);
        }
        if (step.forget()) {
            forget(s, factory, trigger);
        }
        for (String key : step.gone()) {
            s.update(
                    "DELETE FROM trigger_file WHERE factory = ? AND trigger_key = ? AND file_key = ?",
                    factory,
                    trigger,
                    key);
        }
        for (WatchStep.KnownFile file : step.files()) {
            s.update(
                    "INSERT INTO trigger_file (factory, trigger_key, file_key, path, settled, seen, since) "
                            + "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (factory, trigger_key, file_key) "
                            + "DO UPDATE SET settled = excluded.settled, seen = excluded.seen, since = excluded.since",
                    factory,
                    trigger,
                    file.key(),
                    file.path(),
                    file.settled(),
                    file.seen(),
                    Micros.of(file.since()));
        }
        for (WatchStep.Arrival arrival : step.arrivals()) {
            s.update(
                    "INSERT INTO trigger_arrival (factory, trigger_key, arrival, body) VALUES (?, ?, ?, ?)",
                    factory,
                    trigger,
                    arrival.number(),
                    Json.write(arrival.body()));
        }
        for (long number : step.fired()) {
            s.update(
                    "DELETE FROM trigger_arrival WHERE factory = ? AND trigger_key = ? AND arrival = ?",
                    factory,
                    trigger,
                    number);
        }
        for (RunTransition.NewJob job : step.queue()) {
            JobQueue.add(s, t.factory(), owner(t.factory(), t.trigger()), job, t.now());
        }
    }

    /// What stands in a listing's job where others have their run.
    static String owner(String factory, String trigger) {
        return "trigger/" + Documents.key(factory) + "/" + Documents.key(trigger);
    }

    /// @param factory and `trigger`, in lower case
    static void forget(Session s, String factory, String trigger) throws SQLException {
        for (String table : List.of("trigger_file", "trigger_arrival")) {
            s.update("DELETE FROM " + table + " WHERE factory = ? AND trigger_key = ?", factory, trigger);
        }
    }

    /// The files of a bucket.
    static List<WatchStep.KnownFile> bucket(Session s, String factory, String trigger, String bucket)
            throws SQLException {
        return s.list(
                r -> new WatchStep.KnownFile(
                        r.getString(1), r.getString(2), r.getString(3), r.getString(4), Micros.time(r.getLong(5))),
                "SELECT file_key, path, settled, seen, since FROM trigger_file "
                        + "WHERE factory = ? AND trigger_key = ? AND file_key >= ? AND file_key < ? ORDER BY file_key",
                Documents.key(factory),
                Documents.key(trigger),
                bucket,
                // Behind every key that goes on with a hexadecimal digit.
                bucket + "g");
    }

    static List<WatchStep.Arrival> arrivals(Session s, String factory, String trigger, int most) throws SQLException {
        return s.list(
                r -> new WatchStep.Arrival(r.getLong(1), Runs.json(r.getString(2))),
                "SELECT arrival, body FROM trigger_arrival WHERE factory = ? AND trigger_key = ? "
                        + "ORDER BY arrival LIMIT ?",
                Documents.key(factory),
                Documents.key(trigger),
                most);
    }
}
