package dev.sluice.connectors.jdbc.systems;

import dev.sluice.connectors.jdbc.relational.RelationalConnector;

/// Snowflake, through its own driver.
public final class SnowflakeConnector extends RelationalConnector {
    public SnowflakeConnector() {
        super(new SnowflakeDialect());
    }
}
