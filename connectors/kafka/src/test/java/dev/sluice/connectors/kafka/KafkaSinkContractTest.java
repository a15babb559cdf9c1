package dev.sluice.connectors.kafka;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TableSinkContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

class KafkaSinkContractTest extends TableSinkContract {
    private String topic = "";

    @Override
    protected TableConnector connector() {
        return new KafkaConnector();
    }

    @Override
    protected Endpoint target(Schema schema) throws Exception {
        topic = Broker.newTopic(3);
        return Broker.sink(topic).activity("keyColumn", "key").build();
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(Broker.sink("nobody-made-this").build());
    }

    @Override
    protected boolean takesWhatComes() {
        return true;
    }

    @Override
    protected List<List<@Nullable Object>> content(Schema schema) throws Exception {
        List<TreeMapping.Column> columns = schema.fields().stream()
                .map(f -> new TreeMapping.Column("$.value." + f.name(), true, Optional.of(f.type())))
                .toList();
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = new KafkaConnector()
                .source(Broker.source(topic).build().withTrees(new TreeMapping("", columns, false, false)), job)) {
            int[] all = IntStream.range(0, schema.size()).toArray();
            try (Reader reader = source.open(source.splits(1).getFirst(), all, RefusedRows.failing(job));
                    Batch batch = new Batch(source.schema(), 100, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
            }
        }
        return rows;
    }

    @Override
    protected List<DataType> types() {
        return List.of(
                DataType.BOOLEAN,
                DataType.INT64,
                DataType.FLOAT64,
                DataType.decimal(19, 4),
                DataType.STRING,
                DataType.BINARY,
                DataType.GUID,
                DataType.timestamp(7));
    }
}
