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
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What every sink of rows promises. Extend it; [#target] makes an empty table in the real store, [#content]
/// reads it with the store's own client.
public abstract class TableSinkContract {
    private static final int BATCH_ROWS = 50;

    protected final TestJob job = new TestJob();
    private final RandomData random = new RandomData(1_511);

    protected abstract TableConnector connector();

    /// Creates a new, empty table of that schema and says how it is written.
    protected abstract Endpoint target(Schema schema) throws Exception;

    /// The visible rows of the table made last, columns in the order of `schema`, values as [Rows] has them.
    protected abstract List<List<@Nullable Object>> content(Schema schema) throws Exception;

    /// Types a table can have.
    protected abstract List<DataType> types();

    /// The value found where `value` was written.
    protected @Nullable Object expected(DataType type, @Nullable Object value) {
        return value;
    }

    /// Whether the target takes what comes, whatever its rows have had so far: a store without schemas.
    protected boolean takesWhatComes() {
        return false;
    }

    /// An endpoint of a table that does not exist, with the settings that create it; [#content] then reads that
    /// one.
    protected Optional<Endpoint> absent() throws Exception {
        return Optional.empty();
    }

    /// An endpoint of a table that does not exist and must not be created.
    protected Optional<Endpoint> missing() throws Exception {
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

    private Schema schema() {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("key", DataType.INT32, false));
        fields.addAll(RandomData.schema(types()).fields());
        return new Schema(fields);
    }

    private List<List<@Nullable Object>> rows(Schema schema, int count, int firstKey) {
        List<List<@Nullable Object>> rows = random.rows(schema, count);
        for (int i = 0; i < count; i++) {
            rows.get(i).set(0, firstKey + i);
        }
        return rows;
    }

    private void write(Writer writer, Schema schema, List<List<@Nullable Object>> rows) throws IOException {
        try (Batch batch = new Batch(schema, BATCH_ROWS, job.memory())) {
            for (int from = 0; from < rows.size(); from += BATCH_ROWS) {
                Rows.fill(batch, rows.subList(from, Math.min(rows.size(), from + BATCH_ROWS)));
                writer.write(batch);
                // The batch is the caller's again: nothing of it may be needed later.
                Rows.fill(batch, List.of());
            }
        }
    }

    private void writeOnce(Sink sink, Schema schema, List<List<@Nullable Object>> rows) throws IOException {
        sink.begin(schema);
        try (Writer writer = sink.open(0)) {
            write(writer, schema, rows);
            writer.finish();
            assertThat(writer.bytesWritten()).isNotNegative();
        }
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

    @Test
    void every_value_is_kept_and_counted() throws Exception {
        Schema schema = schema();
        List<List<@Nullable Object>> rows = rows(schema, 333, 1);
        try (Sink sink = connector().sink(target(schema), job)) {
            if (takesWhatComes()) {
                assertThat(sink.schema()).isEmpty();
            } else {
                assertThat(sink.schema().orElseThrow().names()).isEqualTo(schema.names());
            }
            writeOnce(sink, schema, rows);
            Sink.Account account = sink.commit();
            assertThat(account.rows()).isEqualTo(333);
            assertThat(account.bytes()).isPositive();
            assertThat(account.files()).isZero();
        }
        assertThat(content(schema)).containsExactlyInAnyOrderElementsOf(expectedRows(schema, rows));
    }

    @Test
    void nothing_is_visible_before_commit_and_everything_is_afterwards() throws Exception {
        assumeTrue(declares(Capability.ATOMIC_COMMIT), "declares ATOMIC_COMMIT");
        Schema schema = schema();
        try (Sink sink = connector().sink(target(schema), job)) {
            writeOnce(sink, schema, rows(schema, 120, 1));
            assertThat(content(schema)).isEmpty();
            sink.commit();
            assertThat(content(schema)).hasSize(120);
        }
        assertThat(content(schema)).hasSize(120);
    }

    @Test
    void closing_without_commit_leaves_nothing() throws Exception {
        assumeTrue(declares(Capability.ATOMIC_COMMIT), "declares ATOMIC_COMMIT");
        Schema schema = schema();
        Sink sink = connector().sink(target(schema), job);
        writeOnce(sink, schema, rows(schema, 120, 1));
        sink.close();
        sink.close();
        assertThat(content(schema)).isEmpty();
    }

    @Test
    void closing_in_the_middle_of_a_stream_leaves_nothing() throws Exception {
        assumeTrue(declares(Capability.ATOMIC_COMMIT), "declares ATOMIC_COMMIT");
        Schema schema = schema();
        try (Sink sink = connector().sink(target(schema), job)) {
            sink.begin(schema);
            Writer writer = sink.open(0);
            write(writer, schema, rows(schema, 120, 1));
            writer.close();
            writer.close();
        }
        assertThat(content(schema)).isEmpty();
    }

    @Test
    void opening_and_closing_writes_nothing() throws Exception {
        Schema schema = schema();
        try (Sink sink = connector().sink(target(schema), job)) {
            assertThat(sink.maxWriters()).isPositive();
        }
        assertThat(content(schema)).isEmpty();
    }

    @Test
    void a_stream_without_rows_is_no_error() throws Exception {
        Schema schema = schema();
        try (Sink sink = connector().sink(target(schema), job)) {
            writeOnce(sink, schema, List.of());
            assertThat(sink.commit().rows()).isZero();
        }
        assertThat(content(schema)).isEmpty();
    }

    @Test
    void some_columns_in_another_order_leave_the_others_null() throws Exception {
        Schema schema = Schema.of(
                new Field("key", DataType.INT32),
                new Field("text", DataType.STRING),
                new Field("number", DataType.INT64));
        Schema incoming = Schema.of(schema.field(1), schema.field(0));
        try (Sink sink = connector().sink(target(schema), job)) {
            writeOnce(sink, incoming, List.of(Rows.row("a", 1), Rows.row(null, 2)));
            sink.commit();
        }
        assertThat(content(schema)).containsExactlyInAnyOrder(Rows.row(1, "a", null), Rows.row(2, null, null));
    }

    @Test
    void several_writers_work_at_the_same_time() throws Exception {
        Schema schema = schema();
        List<List<@Nullable Object>> all = new ArrayList<>();
        try (Sink sink = connector().sink(target(schema), job);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            assertThat(sink.maxWriters() > 1).isEqualTo(declares(Capability.PARALLEL_WRITE));
            sink.begin(schema);
            List<Future<?>> running = new ArrayList<>();
            for (int part = 0; part < Math.min(3, sink.maxWriters()); part++) {
                List<List<@Nullable Object>> rows = rows(schema, 200, 1 + part * 1_000);
                all.addAll(rows);
                int number = part;
                running.add(threads.submit(() -> {
                    try (Writer writer = sink.open(number)) {
                        write(writer, schema, rows);
                        writer.finish();
                    }
                    return null;
                }));
            }
            for (Future<?> f : running) {
                f.get();
            }
            assertThat(sink.commit().rows()).isEqualTo(all.size());
        }
        assertThat(content(schema)).containsExactlyInAnyOrderElementsOf(expectedRows(schema, all));
    }

    @Test
    void a_missing_table_is_created_from_what_comes() throws Exception {
        assumeTrue(declares(Capability.AUTO_CREATE), "declares AUTO_CREATE");
        Schema schema = schema();
        List<List<@Nullable Object>> rows = rows(schema, 20, 1);
        try (Sink sink = connector().sink(absent().orElseThrow(), job)) {
            assertThat(sink.schema()).isEmpty();
            writeOnce(sink, schema, rows);
            sink.commit();
        }
        assertThat(content(schema)).containsExactlyInAnyOrderElementsOf(expectedRows(schema, rows));
    }

    @Test
    void a_table_that_does_not_exist_is_named() throws Exception {
        Optional<Endpoint> endpoint = missing();
        assumeTrue(endpoint.isPresent(), "the store has tables");
        assertThatThrownBy(() -> {
                    try (Sink sink = connector().sink(endpoint.orElseThrow(), job)) {
                        sink.begin(schema());
                    }
                })
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(DataFaults.TABLE_MISSING);
                    assertThat(e.problem().kind()).isEqualTo(Kind.SINK);
                    assertThat(e.problem().message()).doesNotContain("unknown)");
                });
    }
}
