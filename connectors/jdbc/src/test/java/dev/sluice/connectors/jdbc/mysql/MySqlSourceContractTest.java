package dev.sluice.connectors.jdbc.mysql;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.connectors.jdbc.relational.EngineSourceContract;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.Endpoint;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class MySqlSourceContractTest extends EngineSourceContract {
    @Override
    protected Engine engine() {
        return MariaDb.engine();
    }

    @Override
    protected List<DataType> types() {
        return MariaDb.TYPES;
    }

    @Override
    protected Optional<String> analysis(String table) {
        return Optional.of("ANALYZE TABLE `" + table + "`");
    }

    @Override
    protected Optional<Endpoint> stalled() {
        return Optional.of(engine().source("", Map.of("query", "SELECT SLEEP(60) AS slept")));
    }
}
