package dev.sluice.connectors.azure.cosmos;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.TableSinkContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class CosmosSinkContractTest extends TableSinkContract {
    private CosmosFront front;
    private String container = "";

    @BeforeEach
    void start() throws IOException {
        front = new CosmosFront();
    }

    @AfterEach
    void stop() {
        front.close();
    }

    @Override
    protected TableConnector connector() {
        return new CosmosConnector();
    }

    @Override
    protected Endpoint target(Schema schema) {
        container = front.create("/key");
        return front.sink(container).build();
    }

    @Override
    protected boolean takesWhatComes() {
        return true;
    }

    @Override
    protected List<List<@Nullable Object>> content(Schema schema) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (Map<String, Object> document : front.documents(container)) {
            List<@Nullable Object> row = new ArrayList<>();
            schema.fields().forEach(f -> {
                Object value = document.get(f.name());
                row.add(
                        value instanceof Number n && f.type().equals(DataType.FLOAT64)
                                ? (Object) n.doubleValue()
                                : value instanceof Number n && f.type().equals(DataType.INT64)
                                        ? (Object) n.longValue()
                                        : value);
            });
            rows.add(row);
        }
        return rows;
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(front.sink("nobodyMadeThis").build());
    }

    @Override
    protected List<DataType> types() {
        return List.of(DataType.BOOLEAN, DataType.INT32, DataType.STRING);
    }
}
