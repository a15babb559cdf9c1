package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.TableSourceContract;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class SourceContractTest extends TableSourceContract {
    @Override
    protected TableConnector connector() {
        return new PostgreSqlConnector();
    }

    @Override
    protected Endpoint table(Schema schema, List<List<Object>> rows) throws Exception {
        String name = Tables.name();
        Tables.create(name, schema);
        Tables.insert(name, rows);
        return Database.source(
                name,
                Map.of("partitionOption", "DynamicRange", "partitionSettings", Map.of("partitionColumnName", "key")));
    }

    @Override
    protected List<DataType> types() {
        return Tables.TYPES;
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(Database.source("no_such_table", Map.of()));
    }

    @Override
    protected Optional<Endpoint> stalled() {
        return Optional.of(Database.source("", Map.of("query", "SELECT pg_sleep(60)::text AS slept")));
    }
}
