package dev.sluice.connectors.kafka;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.testkit.TableSourceContract;
import dev.sluice.data.trees.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The contract against a real broker: values are objects of JSON, a mapping's paths lead to their members.
class KafkaSourceContractTest extends TableSourceContract {
    private static final int PARTITIONS = 5;
    private Schema written = new Schema(List.of());

    @Override
    protected TableConnector connector() {
        return new ByMember();
    }

    @Override
    protected Endpoint table(Schema schema, List<List<@Nullable Object>> rows) throws Exception {
        written = schema;
        String topic = Broker.newTopic(PARTITIONS);
        List<String> values = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            StringBuilder out = new StringBuilder("{");
            for (int i = 0; i < schema.size(); i++) {
                out.append(i == 0 ? "" : ",");
                Json.quote(schema.field(i).name(), out);
                out.append(':');
                value(row.get(i), out);
            }
            values.add(out.append('}').toString());
        }
        Broker.put(topic, PARTITIONS, values);
        List<TreeMapping.Column> columns = schema.fields().stream()
                .map(f -> new TreeMapping.Column("$.value." + f.name(), true, Optional.of(f.type())))
                .toList();
        return Broker.source(topic).build().withTrees(new TreeMapping("", columns, false, false));
    }

    private static void value(@Nullable Object value, StringBuilder out) {
        boolean plain = value == null
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Double d && Double.isFinite(d);
        if (plain) {
            out.append(value);
        } else {
            Json.quote(String.valueOf(value), out);
        }
    }

    @Override
    protected List<DataType> types() {
        return List.of(DataType.BOOLEAN, DataType.INT32, DataType.INT64, DataType.FLOAT64, DataType.STRING);
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(Broker.source("nobody-made-this").build());
    }

    /// Columns are called by their paths; here by the members that these lead to.
    private final class ByMember implements TableConnector {
        private final KafkaConnector real = new KafkaConnector();

        @Override
        public ConnectorDescriptor descriptor() {
            return real.descriptor();
        }

        @Override
        public Source source(Endpoint endpoint, JobContext job) {
            Source source = real.source(endpoint, job);
            Schema named = new Schema(source.schema().fields().stream()
                    .map(f -> f.withName(f.name().replace("$.value.", "")))
                    .toList());
            return new Source() {
                @Override
                public Schema schema() {
                    return named;
                }

                @Override
                public List<Split> splits(int wanted) {
                    return source.splits(wanted);
                }

                @Override
                public Reader open(Split split, int[] columns, ReadContext context) {
                    return source.open(split, columns, context);
                }

                @Override
                public void close() {
                    source.close();
                }
            };
        }

        @Override
        public Sink sink(Endpoint endpoint, JobContext job) {
            return real.sink(endpoint, job);
        }
    }
}
