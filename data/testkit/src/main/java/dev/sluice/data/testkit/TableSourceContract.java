package dev.sluice.data.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What every source of rows promises. Extend it; [#table] puts a table with that content into the real store.
public abstract class TableSourceContract {
    private static final int BATCH_ROWS = 64;
    private static final int MANY_ROWS = 3_000;

    protected final TestJob job = new TestJob();
    private final RandomData random = new RandomData(815);

    protected abstract TableConnector connector();

    /// Creates a new table of that schema with those rows (as [Rows] has them) and says how it is read. If the
    /// source declares SPLIT, with settings under which it splits by the column `key`.
    protected abstract Endpoint table(Schema schema, List<List<@Nullable Object>> rows) throws Exception;

    /// Types a table can have.
    protected abstract List<DataType> types();

    /// The type the source reports for a column made as `stored`.
    protected DataType readType(DataType stored) {
        return stored;
    }

    /// The value read where `value` was stored.
    protected @Nullable Object expected(DataType stored, @Nullable Object value) {
        return value;
    }

    /// An endpoint of a table that does not exist.
    protected Optional<Endpoint> missing() {
        return Optional.empty();
    }

    /// An endpoint whose read blocks for long (`select pg_sleep(60)`), if the store can do that.
    protected Optional<Endpoint> stalled() throws Exception {
        return Optional.empty();
    }

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).as("memory left reserved").isZero();
        job.close();
    }

    private boolean declares(Capability capability) {
        return connector().descriptor().capabilities().contains(capability);
    }

    private List<List<@Nullable Object>> read(Source source, Split split, int[] columns) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Reader reader = source.open(split, columns, RefusedRows.failing(job));
                Batch batch = new Batch(source.schema().project(columns), BATCH_ROWS, job.memory())) {
            long next = 1;
            while (reader.read(batch)) {
                assertThat(batch.rows()).isBetween(1, BATCH_ROWS);
                assertThat(batch.firstRow()).isEqualTo(next);
                next += batch.rows();
                rows.addAll(Rows.of(batch));
                batch.clear();
            }
            assertThat(reader.bytesRead()).isNotNegative();
        }
        return rows;
    }

    private List<List<@Nullable Object>> readAll(Endpoint endpoint, int wanted) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = connector().source(endpoint, job)) {
            int[] columns = IntStream.range(0, source.schema().size()).toArray();
            for (Split split : source.splits(wanted)) {
                assertThat(split.describe()).isNotBlank();
                rows.addAll(read(source, split, columns));
            }
        }
        return rows;
    }

    private List<List<@Nullable Object>> expectedRows(Schema schema, List<List<@Nullable Object>> rows) {
        List<List<@Nullable Object>> result = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < row.size(); i++) {
                values.add(expected(schema.field(i).type(), row.get(i)));
            }
            result.add(values);
        }
        return result;
    }

    /// `key`, unique and not null, then one column per type.
    private Schema keyed(List<DataType> types) {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("key", DataType.INT32, false));
        fields.addAll(RandomData.schema(types).fields());
        return new Schema(fields);
    }

    private List<List<@Nullable Object>> keyedRows(Schema schema, int count) {
        List<List<@Nullable Object>> rows = random.rows(schema, count);
        for (int i = 0; i < count; i++) {
            rows.get(i).set(0, i + 1);
        }
        return rows;
    }

    @Test
    void columns_are_known_before_reading_and_every_value_is_kept() throws Exception {
        Schema schema = keyed(types());
        List<List<@Nullable Object>> rows = keyedRows(schema, 400);
        Endpoint endpoint = table(schema, rows);
        try (Source source = connector().source(endpoint, job)) {
            assertThat(source.schema().names()).isEqualTo(schema.names());
            for (int i = 1; i < schema.size(); i++) {
                DataType type = schema.field(i).type();
                assertThat(source.schema().field(i).type()).as(type.toString()).isEqualTo(readType(type));
            }
            assertThat(source.files()).isZero();
        }
        assertThat(readAll(endpoint, 1)).containsExactlyInAnyOrderElementsOf(expectedRows(schema, rows));
    }

    @Test
    void an_empty_table_has_columns_and_no_rows() throws Exception {
        Schema schema = keyed(types());
        assertThat(readAll(table(schema, List.of()), 4)).isEmpty();
    }

    @Test
    void columns_are_read_in_any_choice_and_order() throws Exception {
        Schema schema = keyed(List.of(DataType.STRING, DataType.FLOAT64, DataType.INT64));
        List<List<@Nullable Object>> rows = keyedRows(schema, 100);
        List<List<@Nullable Object>> expected = expectedRows(schema, rows);
        try (Source source = connector().source(table(schema, rows), job)) {
            Split all = source.splits(1).getFirst();
            for (int[] columns : new int[][] {{0}, {3, 1}, {2, 0, 1, 3}}) {
                assertThat(read(source, all, columns))
                        .as(Arrays.toString(columns))
                        .containsExactlyInAnyOrderElementsOf(Rows.project(expected, columns));
            }
        }
    }

    @Test
    void splits_together_are_every_row_once() throws Exception {
        Schema schema = keyed(List.of(DataType.STRING));
        List<List<@Nullable Object>> rows = keyedRows(schema, MANY_ROWS);
        Endpoint endpoint = table(schema, rows);
        List<List<@Nullable Object>> expected = expectedRows(schema, rows);
        for (int wanted : new int[] {1, 2, 7}) {
            assertThat(readAll(endpoint, wanted))
                    .as("split in " + wanted)
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
        try (Source source = connector().source(endpoint, job)) {
            assertThat(source.splits(4).size() > 1).as("declares SPLIT").isEqualTo(declares(Capability.SPLIT));
        }
    }

    @Test
    void splits_are_read_at_the_same_time() throws Exception {
        assumeTrue(declares(Capability.SPLIT), "declares SPLIT");
        Schema schema = keyed(List.of(DataType.STRING));
        List<List<@Nullable Object>> rows = keyedRows(schema, MANY_ROWS);
        List<List<@Nullable Object>> seen = new ArrayList<>();
        try (Source source = connector().source(table(schema, rows), job);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<List<List<@Nullable Object>>>> all = new ArrayList<>();
            for (Split split : source.splits(3)) {
                all.add(threads.submit(() -> read(source, split, new int[] {0, 1})));
            }
            for (Future<List<List<@Nullable Object>>> f : all) {
                seen.addAll(f.get());
            }
        }
        assertThat(seen).containsExactlyInAnyOrderElementsOf(expectedRows(schema, rows));
    }

    @Test
    void a_table_that_does_not_exist_is_named() throws Exception {
        Optional<Endpoint> endpoint = missing();
        assumeTrue(endpoint.isPresent(), "the store has tables");
        assertThatThrownBy(() -> readAll(endpoint.orElseThrow(), 1))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(DataFaults.TABLE_MISSING);
                    assertThat(e.problem().kind()).isEqualTo(Kind.SOURCE);
                    assertThat(e.problem().message()).doesNotContain("unknown)");
                });
    }

    @Test
    void reading_may_stop_early_and_closing_may_be_repeated() throws Exception {
        Schema schema = keyed(List.of(DataType.STRING));
        Endpoint endpoint = table(schema, keyedRows(schema, MANY_ROWS));
        Source source = connector().source(endpoint, job);
        try (Batch batch = new Batch(source.schema(), 10, job.memory())) {
            Reader reader = source.open(source.splits(1).getFirst(), new int[] {0, 1}, RefusedRows.failing(job));
            assertThat(reader.read(batch)).isTrue();
            reader.close();
            reader.close();
        }
        source.close();
        source.close();
        assertThat(readAll(endpoint, 1)).hasSize(MANY_ROWS);
    }

    @Test
    void closing_from_another_thread_ends_a_blocked_read() throws Exception {
        Optional<Endpoint> endpoint = stalled();
        assumeTrue(endpoint.isPresent(), "the store can stall");
        try (Source source = connector().source(endpoint.orElseThrow(), job);
                Batch batch = new Batch(source.schema(), 10, job.memory())) {
            int[] columns = IntStream.range(0, source.schema().size()).toArray();
            Reader reader = source.open(source.splits(1).getFirst(), columns, RefusedRows.failing(job));
            BlockedCall.endsOn(() -> reader.read(batch), reader::close);
        }
    }
}
