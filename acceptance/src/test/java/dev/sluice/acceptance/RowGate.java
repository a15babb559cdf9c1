package dev.sluice.acceptance;

import dev.sluice.demo.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/// A gate in the middle of a query's rows: the rows before it flow, those behind it wait until it is opened. So a copy
/// can be met half done, however fast or slow the machine is.
final class RowGate implements AutoCloseable {
    private static final AtomicInteger KEYS = new AtomicInteger(700);

    private final Connection holder;
    private final int key = KEYS.incrementAndGet();

    /// Makes a closed gate.
    RowGate(Database database) throws SQLException {
        this.holder = database.connect();
        try (Statement s = holder.createStatement()) {
            s.execute("""
                    CREATE OR REPLACE FUNCTION row_gate(k bigint) RETURNS boolean LANGUAGE plpgsql AS $$
                    BEGIN PERFORM pg_advisory_lock_shared(k); PERFORM pg_advisory_unlock_shared(k); RETURN true; END $$""");
            s.execute("SELECT pg_advisory_lock(" + key + ")");
        }
    }

    /// A query of columns `id` and `name` with that many rows, two thirds of them before the gate.
    String query(int rows) {
        return "SELECT g AS id, 'name ' || g AS name FROM generate_series(1, " + rows + ") AS g WHERE CASE WHEN g = "
                + (rows * 2 / 3) + " THEN row_gate(" + key + ") ELSE true END";
    }

    /// Waits until that many readers of a run stand before the gate.
    void awaitReaders(int readers, TestFactory factory, String run) {
        Eventually.holds(readers + " copies stand before the gate", () -> {
            return waiting() >= readers || factory.hasEnded(run);
        });
        if (factory.hasEnded(run)) {
            throw new AssertionError("the run ended before the gate: " + factory.finish(run));
        }
    }

    private int waiting() throws SQLException {
        try (Statement s = holder.createStatement();
                ResultSet r = s.executeQuery("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = "
                        + key + " AND NOT granted")) {
            r.next();
            return r.getInt(1);
        }
    }

    /// Has the server end the connections of all that wait.
    void cutReaders() throws SQLException {
        try (Statement s = holder.createStatement()) {
            s.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = " + key
                    + " AND NOT granted");
        }
    }

    /// Lets the readers go on.
    void open() throws SQLException {
        try (Statement s = holder.createStatement()) {
            s.execute("SELECT pg_advisory_unlock_all()");
        }
    }

    @Override
    public void close() throws SQLException {
        holder.close();
    }
}
