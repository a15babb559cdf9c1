package dev.sluice.connectors.azure.cosmos;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.TableSourceContract;
import dev.sluice.data.trees.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class CosmosSourceContractTest extends TableSourceContract {
    private CosmosFront front;

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
    protected Endpoint table(Schema schema, List<List<@Nullable Object>> rows) {
        String container = front.create("/id");
        StringBuilder columns = new StringBuilder();
        schema.names()
                .forEach(n -> columns.append(columns.isEmpty() ? "" : ", ").append("c[\"" + n + "\"]"));
        List<String> documents = new ArrayList<>();
        int number = 0;
        for (List<@Nullable Object> row : rows) {
            StringBuilder document = new StringBuilder("{\"id\":\"" + number++ + "\"");
            for (int i = 0; i < schema.size(); i++) {
                document.append(',');
                Json.quote(schema.field(i).name(), document);
                document.append(':');
                Object value = row.get(i);
                if (value instanceof String || value instanceof Long) {
                    Json.quote(value.toString(), document);
                } else {
                    document.append(value);
                }
            }
            documents.add(document.append('}').toString());
        }
        front.insertAll(container, documents);
        return front.source(container)
                .activity("query", "SELECT " + columns + " FROM c")
                .activity("pageSize", "700")
                .build();
    }

    @Override
    protected List<DataType> types() {
        return List.of(DataType.BOOLEAN, DataType.FLOAT64, DataType.STRING);
    }

    @Override
    protected @Nullable Object expected(DataType stored, @Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Integer i -> Long.valueOf(i);
            // Numbers of the service have 53 bits.
            case Long l -> l.toString();
            default -> value;
        };
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(front.source("nobodyMadeThis").build());
    }
}
