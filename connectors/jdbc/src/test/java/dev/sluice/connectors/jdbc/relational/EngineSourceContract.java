package dev.sluice.connectors.jdbc.relational;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TableSourceContract;
import dev.sluice.diagnosis.ProblemException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
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

    @Test
    void a_hash_of_any_column_cuts_tables_and_queries_and_takes_every_row_once() throws Exception {
        String name = Engine.name();
        Schema schema =
                new Schema(List.of(new Field("key", DataType.INT32, false), new Field("word", DataType.STRING, true)));
        engine().create(name, schema);
        List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(Arrays.asList(i, i % 10 == 0 ? null : "word " + i));
        }
        engine().insert(name, schema, rows);
        String table = engine().dialect().quote(name);
        Map<String, Object> byWord =
                Map.of("partitionOption", "Hash", "partitionSettings", Map.of("partitionColumnName", "WORD"));
        Map<String, Object> query = new HashMap<>(byWord);
        query.put("query", "SELECT * FROM " + table);
        Map<String, Object> marked = new HashMap<>(byWord);
        marked.put("query", "SELECT * FROM " + table + " WHERE ?AdfHashPartitionCondition AND 1 = 1");
        for (Endpoint endpoint :
                List.of(engine().source(name, byWord), engine().source("", query), engine().source("", marked))) {
            try (Source source = engine().connector().source(endpoint, job)) {
                if (engine().dialect().bucket("c", 2).isEmpty()) {
                    assertThatThrownBy(() -> source.splits(4))
                            .isInstanceOf(ProblemException.class)
                            .hasMessageContaining("partitionOption")
                            .hasMessageContaining("DynamicRange");
                    continue;
                }
                List<Split> splits = source.splits(4);
                assertThat(splits).hasSize(4);
                List<Object> keys = new ArrayList<>();
                for (Split split : splits) {
                    List<Object> some = keys(source, split);
                    assertThat(some).as(split.describe()).hasSizeBetween(20, 150);
                    keys.addAll(some);
                }
                assertThat(keys).hasSize(300).doesNotHaveDuplicates();
                assertThat(keys(source, source.splits(1).getFirst())).hasSize(300);
            }
        }
    }

    @Test
    void the_marker_of_a_hash_is_refused_where_ranges_are_asked_for() {
        Map<String, Object> activity =
                Map.of("query", "SELECT 1 AS k WHERE ?AdfHashPartitionCondition", "partitionOption", "DynamicRange");
        assertThatThrownBy(() -> engine().connector().source(engine().source("", activity), job))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("partitionOption")
                .hasMessageContaining("Hash");
    }

    private List<Object> keys(Source source, Split split) throws Exception {
        List<Object> keys = new ArrayList<>();
        int[] first = {0};
        try (Reader reader = source.open(split, first, RefusedRows.failing(job));
                Batch batch = new Batch(source.schema().project(first), 64, job.memory())) {
            while (reader.read(batch)) {
                Rows.of(batch).forEach(row -> keys.add(String.valueOf(row.getFirst())));
                batch.clear();
            }
        }
        return keys;
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(engine().source("no_such_table", Map.of()));
    }
}
