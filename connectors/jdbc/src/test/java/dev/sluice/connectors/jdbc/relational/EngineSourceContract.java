package dev.sluice.connectors.jdbc.relational;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.TableSourceContract;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

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

    /// What makes the system's statistics of a table what they should be; empty where they always are.
    protected Optional<String> analysis(String table) {
        return Optional.empty();
    }

    @Test
    void a_table_tells_how_many_rows_to_expect() throws Exception {
        String name = Engine.name();
        Schema schema = new Schema(List.of(new Field("key", DataType.INT32, false)));
        engine().create(name, schema);
        engine().insert(name, schema, IntStream.range(0, 100).mapToObj(List::of).toList());
        Optional<String> analysis = analysis(name);
        if (analysis.isPresent()) {
            engine().sql(analysis.get());
        }
        boolean tells =
                engine().dialect().rowCount(new TableName(List.of(name))).isPresent();

        try (Source source = engine().connector().source(engine().source(name, Map.of()), job);
                Source query = engine().connector()
                        .source(
                                engine().source(
                                                "",
                                                Map.of(
                                                        "query",
                                                        "SELECT * FROM "
                                                                + engine().dialect()
                                                                        .quote(name))),
                                job)) {
            assertThat(source.estimatedRows()).isEqualTo(tells ? 100 : -1);
            assertThat(query.estimatedRows()).isEqualTo(-1);
        }
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(engine().source("no_such_table", Map.of()));
    }
}
