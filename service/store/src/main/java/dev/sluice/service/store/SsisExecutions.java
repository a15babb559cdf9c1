package dev.sluice.service.store;

import dev.sluice.model.Json;
import dev.sluice.wire.JobRef;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// The SSIS catalog's executions with their messages and statistics. Status codes are SSISDB's; which may
/// follow which is for the caller to say.
public final class SsisExecutions {
    private static final String COLUMNS = "SELECT execution_id, factory, folder, project, package, project_id, lsn,"
            + " environment, status, logging_level, caller, stopped_by, runtime, node, run_id, owns_run, job_id, attempt,"
            + " idempotency_key, parameters, error, created, started, ended, last_message, bytes FROM ssis_execution ";

    /// What a row of a message or statistic takes beside its texts, in bytes; an estimate.
    private static final int ROW = 100;

    private final Database database;

    SsisExecutions(Database database) {
        this.database = database;
    }

    /// An execution.
    ///
    /// @param ownsRun whether the run does nothing but execute it
    /// @param job null while no node has begun it
    /// @param key null without an idempotency key
    /// @param parameters the values that count, secrets left out
    /// @param started and `ended`: the epoch while it has not
    /// @param bytes what its messages and statistics take
    public record Execution(
            long id,
            String factory,
            String folder,
            String project,
            String packageName,
            long projectId,
            long lsn,
            String environment,
            int status,
            int loggingLevel,
            String caller,
            String stoppedBy,
            String runtime,
            String node,
            String runId,
            boolean ownsRun,
            @Nullable JobRef job,
            @Nullable String key,
            ObjectNode parameters,
            String error,
            Instant created,
            Instant started,
            Instant ended,
            long lastMessage,
            long bytes) {}

    /// A message, as `catalog.event_messages` has it.
    ///
    /// @param id counts from 1 within the execution
    public record Message(
            long id,
            Instant at,
            int type,
            int sourceType,
            String text,
            String packageName,
            String event,
            String sourceName,
            String sourceId,
            String path,
            long code) {}

    /// How an executable did, as `catalog.executable_statistics` has it.
    ///
    /// @param id counts from 1 within the execution
    /// @param result 0 success, 1 failure, 2 completion, 3 cancelled
    public record Statistic(
            long id, String executable, String packageName, String path, Instant start, Instant end, int result) {}

    /// Puts an execution into the catalog. When there is one of the same idempotency key or the same job, nothing
    /// changes.
    ///
    /// @param e its id does not count
    /// @return the one that is there now
    public Execution create(Execution e) {
        return database.write(s -> {
            Optional<Execution> same = same(s, e);
            if (same.isPresent()) {
                return same.get();
            }
            long id = SsisProjects.number(s);
            s.update(
                    "INSERT INTO ssis_execution (execution_id, factory, folder, project, package, project_id, lsn,"
                            + " environment, status, logging_level, caller, stopped_by, runtime, node, run_id, owns_run,"
                            + " job_id, attempt, idempotency_key, parameters, error, created, started, ended,"
                            + " last_message, last_statistic, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?,"
                            + " ?, ?, ?, ?, ?, '', ?, ?, 0, 0, 0, ?)",
                    id,
                    Documents.key(e.factory()),
                    e.folder(),
                    e.project(),
                    e.packageName(),
                    e.projectId(),
                    e.lsn(),
                    e.environment(),
                    e.status(),
                    e.loggingLevel(),
                    e.caller(),
                    e.runtime(),
                    e.node(),
                    e.runId(),
                    e.ownsRun(),
                    e.job() == null ? null : e.job().jobId(),
                    e.job() == null ? 0 : e.job().attempt(),
                    e.key(),
                    Json.write(e.parameters()),
                    Micros.of(e.created()),
                    Micros.of(e.started()),
                    ROW);
            return find(s, id).orElseThrow(() -> new SQLException("the execution just written is missing"));
        });
    }

    private static Optional<Execution> same(Session s, Execution e) throws SQLException {
        if (e.key() != null) {
            return s.one(
                    SsisExecutions::read,
                    COLUMNS + "WHERE factory = ? AND idempotency_key = ?",
                    Documents.key(e.factory()),
                    e.key());
        }
        return e.job() == null ? Optional.empty() : ofJob(s, e.job());
    }

    private static Optional<Execution> ofJob(Session s, JobRef job) throws SQLException {
        return s.one(SsisExecutions::read, COLUMNS + "WHERE job_id = ? AND attempt = ?", job.jobId(), job.attempt());
    }

    public Optional<Execution> find(long id) {
        return database.read(s -> find(s, id));
    }

    private static Optional<Execution> find(Session s, long id) throws SQLException {
        return s.one(SsisExecutions::read, COLUMNS + "WHERE execution_id = ?", id);
    }

    public Optional<Execution> ofJob(JobRef job) {
        return database.read(s -> ofJob(s, job));
    }

    /// The execution that waits for this run to begin it.
    public Optional<Execution> waitingFor(String runId) {
        return database.read(s -> s.one(SsisExecutions::read, COLUMNS + "WHERE run_id = ? AND job_id IS NULL", runId));
    }

    public Optional<Execution> ofKey(String factory, String key) {
        return database.read(s -> s.one(
                SsisExecutions::read,
                COLUMNS + "WHERE factory = ? AND idempotency_key = ?",
                Documents.key(factory),
                key));
    }

    /// Executions of a factory, the newest first.
    ///
    /// @param status 0 for any
    /// @param folder and `project`, `packageName`: empty for any
    /// @param before id of the last one of the page before; [Long#MAX_VALUE] for the first page
    public List<Execution> list(
            String factory, int status, String folder, String project, String packageName, long before, int limit) {
        return database.read(s -> s.list(
                SsisExecutions::read,
                COLUMNS + "WHERE factory = ? AND execution_id < ? AND (? = 0 OR status = ?) "
                        + "AND (? = '' OR LOWER(folder) = ?) AND (? = '' OR LOWER(project) = ?) "
                        + "AND (? = '' OR LOWER(package) = ?) ORDER BY execution_id DESC LIMIT ?",
                Documents.key(factory),
                before,
                status,
                status,
                Documents.key(folder),
                Documents.key(folder),
                Documents.key(project),
                Documents.key(project),
                Documents.key(packageName),
                Documents.key(packageName),
                limit));
    }

    /// Executions that have not ended, the oldest first.
    ///
    /// @param after id of the last one of the page before
    public List<Execution> open(long after, int limit) {
        return database.read(s -> s.list(
                SsisExecutions::read,
                COLUMNS + "WHERE ended = 0 AND execution_id > ? ORDER BY execution_id LIMIT ?",
                after,
                limit));
    }

    /// A node has begun an execution.
    ///
    /// @return whether the execution had this status until now
    public boolean begin(long id, int from, int to, JobRef job, String node, ObjectNode parameters, Instant now) {
        return database.write(s -> s.update(
                        "UPDATE ssis_execution SET status = ?, job_id = ?, attempt = ?, node = ?, parameters = ?, "
                                + "started = ? WHERE execution_id = ? AND status = ? AND job_id IS NULL",
                        to,
                        job.jobId(),
                        job.attempt(),
                        node,
                        Json.write(parameters),
                        Micros.of(now),
                        id,
                        from)
                == 1);
    }

    /// Changes a status.
    ///
    /// @param by who stopped it; empty when nobody did
    /// @return whether the execution had the status `from` until now
    public boolean change(long id, int from, int to, String by) {
        return database.write(s -> s.update(
                        "UPDATE ssis_execution SET status = ?, stopped_by = CASE WHEN ? = '' THEN stopped_by ELSE ?"
                                + " END WHERE execution_id = ? AND status = ?",
                        to,
                        by,
                        by,
                        id,
                        from)
                == 1);
    }

    /// An execution is over.
    ///
    /// @return whether it had not ended before
    public boolean end(long id, int status, String error, Instant now) {
        return database.write(s -> s.update(
                        "UPDATE ssis_execution SET status = ?, error = ?, ended = ? WHERE execution_id = ? AND ended ="
                                + " 0",
                        status,
                        error,
                        Micros.of(now),
                        id)
                == 1);
    }

    /// Takes messages and statistics; those that are there already are passed over.
    public void say(long id, List<Message> messages, List<Statistic> statistics) {
        database.write(s -> {
            long lastMessage = s.number("SELECT last_message FROM ssis_execution WHERE execution_id = ?", id);
            long lastStatistic = s.number("SELECT last_statistic FROM ssis_execution WHERE execution_id = ?", id);
            long bytes = 0;
            for (Message m : messages) {
                if (m.id() > lastMessage) {
                    lastMessage = m.id();
                    bytes += write(s, id, m);
                }
            }
            for (Statistic one : statistics) {
                if (one.id() > lastStatistic) {
                    lastStatistic = one.id();
                    bytes += write(s, id, one);
                }
            }
            return s.update(
                    "UPDATE ssis_execution SET last_message = ?, last_statistic = ?, bytes = bytes + ? "
                            + "WHERE execution_id = ?",
                    lastMessage,
                    lastStatistic,
                    bytes,
                    id);
        });
    }

    private static long write(Session s, long id, Message m) throws SQLException {
        s.update(
                "INSERT INTO ssis_message (execution_id, message_id, at, message_type, source_type, message, package,"
                        + " event, source_name, source_id, path, code) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                m.id(),
                Micros.of(m.at()),
                m.type(),
                m.sourceType(),
                storable(m.text()),
                m.packageName(),
                m.event(),
                m.sourceName(),
                m.sourceId(),
                m.path(),
                m.code());
        return ROW + m.text().length() + m.path().length() + m.sourceName().length();
    }

    /// PostgreSQL keeps no text with a NUL in it.
    private static String storable(String text) {
        return text.replace('\0', '\uFFFD');
    }

    private static long write(Session s, long id, Statistic one) throws SQLException {
        s.update(
                "INSERT INTO ssis_statistic (execution_id, statistics_id, executable, package, path, started, ended,"
                        + " result) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                one.id(),
                one.executable(),
                one.packageName(),
                one.path(),
                Micros.of(one.start()),
                Micros.of(one.end()),
                one.result());
        return ROW + one.executable().length() + one.path().length();
    }

    /// Messages in the order in which they were raised.
    ///
    /// @param types none for all
    /// @param after id of the last one of the page before
    public List<Message> messages(long id, List<Integer> types, long after, int limit) {
        String among = types.isEmpty()
                ? ""
                : "AND message_type IN ("
                        + String.join(", ", types.stream().map(t -> "?").toList()) + ") ";
        List<Object> arguments = new ArrayList<>(List.of(id, after));
        arguments.addAll(types);
        arguments.add(limit);
        return database.read(s -> s.list(
                r -> new Message(
                        r.getLong(1),
                        Micros.time(r.getLong(2)),
                        r.getInt(3),
                        r.getInt(4),
                        r.getString(5),
                        r.getString(6),
                        r.getString(7),
                        r.getString(8),
                        r.getString(9),
                        r.getString(10),
                        r.getLong(11)),
                "SELECT message_id, at, message_type, source_type, message, package, event, source_name, source_id,"
                        + " path, code FROM ssis_message WHERE execution_id = ? AND message_id > ? " + among
                        + "ORDER BY message_id LIMIT ?",
                arguments.toArray()));
    }

    /// @param after id of the last one of the page before
    public List<Statistic> statistics(long id, long after, int limit) {
        return database.read(s -> s.list(
                r -> new Statistic(
                        r.getLong(1),
                        r.getString(2),
                        r.getString(3),
                        r.getString(4),
                        Micros.time(r.getLong(5)),
                        Micros.time(r.getLong(6)),
                        r.getInt(7)),
                "SELECT statistics_id, executable, package, path, started, ended, result FROM ssis_statistic "
                        + "WHERE execution_id = ? AND statistics_id > ? ORDER BY statistics_id LIMIT ?",
                id,
                after,
                limit));
    }

    /// Ended executions of a factory, the one that ended first at the front: id, end and bytes are to be had of each.
    ///
    /// @param before those that ended before; far in the future for all
    public List<Execution> ended(String factory, Instant before, int limit) {
        return database.read(s -> s.list(
                SsisExecutions::read,
                COLUMNS + "WHERE factory = ? AND ended > 0 AND ended < ? ORDER BY ended, execution_id LIMIT ?",
                Documents.key(factory),
                Micros.of(before),
                limit));
    }

    /// Removes executions that have ended, with all they said.
    public void remove(List<Long> ids) {
        database.write(s -> {
            for (long id : ids) {
                if (s.update("DELETE FROM ssis_execution WHERE execution_id = ? AND ended > 0", id) == 1) {
                    s.update("DELETE FROM ssis_message WHERE execution_id = ?", id);
                    s.update("DELETE FROM ssis_statistic WHERE execution_id = ?", id);
                }
            }
            return true;
        });
    }

    private static Execution read(ResultSet r) throws SQLException {
        @Nullable String job = r.getString("job_id");
        return new Execution(
                r.getLong("execution_id"),
                r.getString("factory"),
                r.getString("folder"),
                r.getString("project"),
                r.getString("package"),
                r.getLong("project_id"),
                r.getLong("lsn"),
                r.getString("environment"),
                r.getInt("status"),
                r.getInt("logging_level"),
                r.getString("caller"),
                r.getString("stopped_by"),
                r.getString("runtime"),
                r.getString("node"),
                r.getString("run_id"),
                r.getInt("owns_run") != 0,
                job == null ? null : new JobRef(job, r.getInt("attempt")),
                r.getString("idempotency_key"),
                Runs.json(r.getString("parameters")),
                r.getString("error"),
                Micros.time(r.getLong("created")),
                Micros.time(r.getLong("started")),
                Micros.time(r.getLong("ended")),
                r.getLong("last_message"),
                r.getLong("bytes"));
    }
}
