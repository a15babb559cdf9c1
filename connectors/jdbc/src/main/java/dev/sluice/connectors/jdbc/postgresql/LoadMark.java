package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.connectors.jdbc.relational.AttemptMarker;
import dev.sluice.diagnosis.ProblemException;
import java.time.InstantSource;
import java.util.Optional;

/// The [AttemptMarker] of one load. Who may not create its table has no marks.
final class LoadMark {
    private static final System.Logger LOG = System.getLogger(LoadMark.class.getName());

    private final PostgresSession session;
    private final TableName table;
    private final InstantSource clock;
    private final AttemptMarker marker;
    private final Statement step;
    private boolean kept;

    LoadMark(PostgresSession session, TableName target, String job, InstantSource clock) {
        this.session = session;
        this.table = new TableName(target.schema(), AttemptMarker.TABLE);
        this.clock = clock;
        this.marker = new AttemptMarker(table.sql(), job, target.toString());
        this.step = new Statement(table.toString(), "write to");
    }

    private final AttemptMarker.Statements statements = new AttemptMarker.Statements() {
        @Override
        public Optional<AttemptMarker.Done> find(String sql, Object... parameters) {
            return session
                    .query(sql, step, r -> new AttemptMarker.Done(r.getLong(1), r.getLong(2)), parameters)
                    .stream()
                    .findFirst();
        }

        @Override
        public void change(String sql, Object... parameters) {
            session.query(sql + " RETURNING 1", step, r -> 1, parameters);
        }
    };

    /// Looks whether this job has loaded before, and makes the table when it is missing. Outside a transaction.
    Optional<AttemptMarker.Done> find() {
        try {
            if (new Catalog(session).find(table).isEmpty()) {
                session.execute(marker.definition(), new Statement(table.toString(), "create"));
            }
            Optional<AttemptMarker.Done> done = marker.find(statements);
            kept = true;
            return done;
        } catch (ProblemException e) {
            LOG.log(System.Logger.Level.INFO, "loads leave no mark in " + table + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /// Marks the load as done, in its transaction.
    void set(long rows, long bytes) {
        if (kept) {
            marker.mark(statements, clock.instant(), rows, bytes);
        }
    }

    /// After the commit nothing may fail any more.
    void removeOld() {
        if (kept) {
            try {
                marker.removeOld(statements, clock.instant());
            } catch (ProblemException e) {
                LOG.log(System.Logger.Level.DEBUG, "old marks stay", e);
            }
        }
    }
}
