package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The connections of one source. The first one's transaction decides what is seen; when several are to read, it
/// exports its snapshot and stays open until the source is closed. Thread-safe, except the first session itself, which
/// the planning thread uses until a reader takes it.
final class SnapshotSessions implements AutoCloseable {
    private static final Statement BEGIN = new Statement("snapshot", "read");

    private final PostgresServer server;
    private final long timeoutSeconds;
    private final PostgresSession first;
    private final Deque<PostgresSession> idle = new ArrayDeque<>();
    private final Set<PostgresSession> all = new HashSet<>();
    private @Nullable String snapshot;
    private boolean firstTaken;
    private boolean closed;

    SnapshotSessions(PostgresServer server, long timeoutSeconds) {
        this.server = server;
        this.timeoutSeconds = timeoutSeconds;
        this.first = PostgresSession.open(server);
        all.add(first);
        try {
            begin(first);
        } catch (RuntimeException e) {
            first.abort();
            throw e;
        }
    }

    private static void begin(PostgresSession session) {
        session.execute(
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0",
                BEGIN);
    }

    /// The session for planning.
    PostgresSession first() {
        return first;
    }

    /// Lets other sessions see what the first one sees.
    synchronized void share() {
        if (snapshot == null) {
            List<String> exported = first.query("SELECT pg_export_snapshot()", BEGIN, r -> r.getString(1));
            snapshot = exported.getFirst();
        }
    }

    /// A session for a reader: an idle one, the first one when nothing is shared, or a new one.
    PostgresSession take() {
        String see;
        synchronized (this) {
            see = snapshot;
            PostgresSession ready = idle.poll();
            if (ready == null && see == null && !firstTaken) {
                firstTaken = true;
                ready = first;
            }
            if (ready != null) {
                limit(ready);
                return ready;
            }
        }
        PostgresSession opened = PostgresSession.open(server);
        try {
            begin(opened);
            if (see != null) {
                opened.execute("SET TRANSACTION SNAPSHOT " + TableName.literal(see), BEGIN);
            }
            limit(opened);
            keep(opened);
            return opened;
        } catch (RuntimeException e) {
            opened.abort();
            throw e;
        }
    }

    private void limit(PostgresSession session) {
        session.execute("SET statement_timeout = '" + timeoutSeconds + "s'", BEGIN);
    }

    private synchronized void keep(PostgresSession opened) {
        if (closed) {
            throw new IllegalStateException("the source is closed");
        }
        all.add(opened);
    }

    /// Takes back the session of a reader that came to its end.
    synchronized void giveBack(PostgresSession session) {
        idle.push(session);
    }

    /// Ends everything, also what is being read.
    @Override
    public void close() {
        List<PostgresSession> busy;
        List<PostgresSession> quiet;
        synchronized (this) {
            closed = true;
            quiet = List.copyOf(idle);
            idle.clear();
            all.removeAll(quiet);
            busy = List.copyOf(all);
            all.clear();
        }
        quiet.forEach(PostgresSession::close);
        busy.forEach(s -> {
            if (s == first && !firstTaken) {
                s.close();
            } else {
                s.abort();
            }
        });
    }
}
