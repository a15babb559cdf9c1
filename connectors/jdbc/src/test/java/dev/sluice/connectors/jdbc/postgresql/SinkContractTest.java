package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.TableSinkContract;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class SinkContractTest extends TableSinkContract {
    private String name = "";

    @Override
    protected TableConnector connector() {
        return new PostgreSqlConnector();
    }

    @Override
    protected Endpoint target(Schema schema) throws Exception {
        name = Tables.name();
        Tables.create(name, schema);
        return Database.sink(name, Map.of());
    }

    @Override
    protected List<List<Object>> content(Schema schema) throws Exception {
        return Tables.content(name, schema);
    }

    @Override
    protected List<DataType> types() {
        return Tables.TYPES;
    }

    @Override
    protected Optional<Endpoint> absent() {
        name = Tables.name();
        return Optional.of(Database.sink(name, Map.of("tableOption", "autoCreate")));
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(Database.sink("no_such_table", Map.of()));
    }
}
