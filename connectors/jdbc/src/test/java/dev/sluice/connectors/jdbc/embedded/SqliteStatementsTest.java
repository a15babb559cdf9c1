package dev.sluice.connectors.jdbc.embedded;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SqlConnector;
import dev.sluice.data.testkit.SqlSessionContract;
import java.util.Map;
import java.util.Optional;

class SqliteStatementsTest extends SqlSessionContract {
    private final Engine engine = SqliteFile.engine();

    @Override
    protected SqlConnector connector() {
        return (SqlConnector) engine.connector();
    }

    @Override
    protected Endpoint endpoint() {
        return engine.source("", Map.of());
    }

    @Override
    protected String table() throws Exception {
        String name = Engine.name();
        engine.sql("CREATE TABLE " + name + " (id INT, name VARCHAR(200), price DECIMAL(10,2))");
        return name;
    }

    @Override
    protected Optional<String> procedure(String table) throws Exception {
        return Optional.empty();
    }

    /// SQLite has no type for a time, so it stays the text that it is; the contract looks for the ISO form.
    @Override
    protected String select(String expressions) {
        return expressions.equals("@at AS moment")
                ? "SELECT replace(@at, ' ', 'T') AS moment"
                : super.select(expressions);
    }

    @Override
    protected String slow() {
        return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
    }
}
