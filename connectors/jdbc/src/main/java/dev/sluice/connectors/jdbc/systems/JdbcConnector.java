package dev.sluice.connectors.jdbc.systems;

import dev.sluice.connectors.jdbc.relational.RelationalConnector;

/// Any JDBC driver the node has: linked service `Jdbc` (ours) with the driver's class, the folder it lies in and a URL
/// without parameters.
public final class JdbcConnector extends RelationalConnector {
    public JdbcConnector() {
        super(new JdbcDialect());
    }
}
