package dev.sluice.connectors.azure;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.TableSinkContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;

class TableSinkTest extends TableSinkContract {
    private String table = "";

    @BeforeAll
    static void needsAzurite() {
        TableStorage.server();
    }

    @Override
    protected TableConnector connector() {
        return new AzureTableConnector();
    }

    private Endpoint endpoint() {
        return TableStorage.sink(table)
                .activity("azureTableDefaultPartitionKeyValue", "all")
                .activity("azureTableRowKeyName", "key")
                .build();
    }

    @Override
    protected Endpoint target(Schema schema) throws Exception {
        table = TableStorage.newName();
        TableStorage.create(table);
        return endpoint();
    }

    @Override
    protected Optional<Endpoint> absent() {
        table = TableStorage.newName();
        return Optional.of(endpoint());
    }

    @Override
    protected boolean takesWhatComes() {
        return true;
    }

    /// Columns that no entity has are null.
    @Override
    protected List<List<@Nullable Object>> content(Schema schema) throws Exception {
        List<String> there = new ArrayList<>();
        try (var source =
                new AzureTableConnector().source(TableStorage.source(table).build(), job)) {
            schema.names().stream().filter(n -> source.schema().indexOf(n) >= 0).forEach(there::add);
        }
        if (there.isEmpty()) {
            return List.of();
        }
        List<List<@Nullable Object>> rows =
                TableStorage.read(TableStorage.source(table).build(), there, job);
        List<List<@Nullable Object>> full = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            List<@Nullable Object> values = new ArrayList<>();
            IntStream.range(0, schema.size()).forEach(i -> {
                int at = there.indexOf(schema.field(i).name());
                values.add(at < 0 ? null : row.get(at));
            });
            full.add(values);
        }
        return full;
    }

    @Override
    protected List<DataType> types() {
        return List.of(
                DataType.BOOLEAN,
                DataType.INT32,
                DataType.INT64,
                DataType.FLOAT64,
                DataType.STRING,
                DataType.BINARY,
                DataType.GUID,
                DataType.timestamp(7));
    }
}
