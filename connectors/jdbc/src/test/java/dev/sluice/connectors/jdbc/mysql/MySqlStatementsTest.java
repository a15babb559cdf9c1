package dev.sluice.connectors.jdbc.mysql;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SqlConnector;
import dev.sluice.data.testkit.SqlSessionContract;
import java.util.Map;
import java.util.Optional;

class MySqlStatementsTest extends SqlSessionContract {
    private final Engine engine = MariaDb.engine();

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
        String name = Engine.name();
        engine.sql("CREATE PROCEDURE " + name + "(`key` INT, label TEXT) INSERT INTO " + table
                + " (id, name) VALUES (`key`, label)");
        return Optional.of(name);
    }

    /// A parameter has no type of its own here, so that it is a text where nothing says otherwise.
    @Override
    protected String select(String expressions) {
        return super.select(expressions.replace("@at AS", "CAST(@at AS DATETIME(6)) AS"));
    }

    @Override
    protected String slow() {
        return "SELECT SLEEP(60)";
    }
}
