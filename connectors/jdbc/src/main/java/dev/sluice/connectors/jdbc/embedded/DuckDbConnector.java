package dev.sluice.connectors.jdbc.embedded;

import dev.sluice.connectors.jdbc.relational.RelationalConnector;

/// DuckDB files.
public final class DuckDbConnector extends RelationalConnector {
    public DuckDbConnector() {
        super(new DuckDbDialect());
    }
}
