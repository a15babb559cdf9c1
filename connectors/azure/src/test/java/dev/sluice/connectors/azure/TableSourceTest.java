package dev.sluice.connectors.azure;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
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
import dev.sluice.data.testkit.TableSourceContract;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;

/// The contract against Azurite. A table has no columns of its own: what is read is laid over those that the contract
/// wrote, without keys and time.
class TableSourceTest extends TableSourceContract {
    private Schema written = new Schema(List.of());

    @BeforeAll
    static void needsAzurite() {
        TableStorage.server();
    }

    @Override
    protected TableConnector connector() {
        return new AsWritten();
    }

    @Override
    protected Endpoint table(Schema schema, List<List<@Nullable Object>> rows) throws Exception {
        written = schema;
        String table = TableStorage.newName();
        TableStorage.write(
                TableStorage.sink(table)
                        .activity("azureTableDefaultPartitionKeyValue", "all")
                        .activity("azureTableRowKeyName", "key")
                        .build(),
                schema,
                rows,
                job);
        return TableStorage.source(table).build();
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

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(TableStorage.source("nobodyMadeThis").build());
    }

    private final class AsWritten implements TableConnector {
        private final AzureTableConnector real = new AzureTableConnector();

        @Override
        public ConnectorDescriptor descriptor() {
            return real.descriptor();
        }

        @Override
        public Source source(Endpoint endpoint, JobContext job) {
            return new Laid(real.source(endpoint, job));
        }

        @Override
        public Sink sink(Endpoint endpoint, JobContext job) {
            return real.sink(endpoint, job);
        }
    }

    private final class Laid implements Source {
        private final Source real;
        private final List<Field> there;

        Laid(Source real) {
            this.real = real;
            this.there = written.fields().stream()
                    .filter(f -> real.schema().indexOf(f.name()) >= 0)
                    .toList();
        }

        @Override
        public Schema schema() {
            return new Schema(there.stream()
                    .map(f -> real.schema().field(real.schema().indexOf(f.name())))
                    .toList());
        }

        @Override
        public List<Split> splits(int wanted) {
            return real.splits(wanted);
        }

        @Override
        public Reader open(Split split, int[] columns, ReadContext context) {
            int[] below = Arrays.stream(columns)
                    .map(c -> real.schema().indexOf(there.get(c).name()))
                    .toArray();
            return real.open(split, below, context);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
