package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.TableSourceContract;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The contract of sources against an [Engine].
public abstract class EngineSourceContract extends TableSourceContract {
    protected abstract Engine engine();

    @Override
    protected TableConnector connector() {
        return engine().connector();
    }

    @Override
    protected Endpoint table(Schema schema, List<List<Object>> rows) throws Exception {
        String name = Engine.name();
        engine().create(name, schema);
        engine().insert(name, schema, rows);
        return engine().source(
                        name,
                        Map.of(
                                "partitionOption",
                                "DynamicRange",
                                "partitionSettings",
                                Map.of("partitionColumnName", "key")));
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(engine().source("no_such_table", Map.of()));
    }
}
