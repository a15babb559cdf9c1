package dev.sluice.connectors.jdbc.mysql;

import dev.sluice.connectors.jdbc.relational.RelationalConnector;

/// MySQL 5.7 and later, MariaDB 10.3 and later, Azure Database for MySQL and for MariaDB.
public final class MySqlConnector extends RelationalConnector {
    public MySqlConnector() {
        super(new MySqlDialect());
    }
}
