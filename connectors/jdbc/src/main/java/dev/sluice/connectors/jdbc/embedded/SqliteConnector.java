package dev.sluice.connectors.jdbc.embedded;

import dev.sluice.connectors.jdbc.relational.RelationalConnector;

/// SQLite 3.33 and later files.
public final class SqliteConnector extends RelationalConnector {
    public SqliteConnector() {
        super(new SqliteDialect());
    }
}
