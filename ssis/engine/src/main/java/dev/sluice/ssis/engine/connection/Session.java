package dev.sluice.ssis.engine.connection;

import java.sql.Connection;

/// An acquired connection.
public final class Session implements AutoCloseable {
    private final Connection connection;
    private final boolean shared;
    private final Runnable release;

    Session(Connection connection, boolean shared, Runnable release) {
        this.connection = connection;
        this.shared = shared;
        this.release = release;
    }

    public Connection connection() {
        return connection;
    }

    /// Whether others use the same connection (RetainSameConnection, or a transaction of the control flow): then the
    /// user neither changes auto-commit nor commits. Drivers let statements of several threads take turns.
    public boolean shared() {
        return shared;
    }

    /// Gives it back: a connection that is not shared is closed.
    @Override
    public void close() {
        release.run();
    }
}
