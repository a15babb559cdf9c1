package dev.sluice.connectors.jdbc.sqlserver;

import dev.sluice.connectors.jdbc.relational.RelationalConnector;

/// The SQL Server family.
public final class SqlServerConnector extends RelationalConnector {
    public SqlServerConnector() {
        super(new SqlServerDialect());
    }
}
