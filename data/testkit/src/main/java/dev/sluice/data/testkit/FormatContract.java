package dev.sluice.data.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudgetExceededException;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What every [Format] promises, tried on files in memory. Extend it and say how the format stores what it
/// cannot keep as it is ([#readType], [#expected]).
public abstract class FormatContract {
    private static final int BATCH_ROWS = 100;

    protected final TestJob job = new TestJob();
    protected final MemoryFiles files = new MemoryFiles();

    private final MemoryFileStore store = new MemoryFileStore(files, job.clock(), Kind.SOURCE);
    private final RandomData random = new RandomData(4_711);

    protected abstract Format format();

    /// Dataset and source settings used for reading what [#sink()] wrote.
    protected Endpoint source() {
        return TestEndpoint.source().dataset(format().descriptor().name()).build();
    }

    protected Endpoint sink() {
        return TestEndpoint.sink().dataset(format().descriptor().name()).build();
    }

    /// Types the format can write.
    protected List<DataType> types() {
        return RandomData.allTypes();
    }

    /// The type a column written as `written` is read as.
    protected DataType readType(DataType written) {
        return written;
    }

    /// The value read where `value` was written: the same, or its canonical text where everything is read as
    /// text.
    protected @Nullable Object expected(DataType written, @Nullable Object value) {
        boolean asText = readType(written).kind() == DataType.Kind.STRING && written.kind() != DataType.Kind.STRING;
        return value == null || !asText ? value : Rows.text(written, value);
    }

    /// Whether a file whose end is missing is noticed (it cannot be for text).
    protected boolean noticesTruncation() {
        return false;
    }

    /// Whether a file without rows says what its columns are (it cannot where only rows have names).
    protected boolean namesColumnsWithoutRows() {
        return true;
    }

    @AfterEach
    void nothing_stays_open_or_reserved() {
        assertThat(store.openCount()).as("files left open").isZero();
        assertThat(job.memory().used()).as("memory left reserved").isZero();
        job.close();
    }

    private void has(Capability capability) {
        assumeTrue(format().descriptor().capabilities().contains(capability), "declares " + capability);
    }

    private void write(String path, Schema schema, List<List<@Nullable Object>> rows) throws IOException {
        Encoder encoder = format().encoder(sink());
        try (FileOutput out = store.create(path)) {
            try (Writer writer = encoder.open(out, schema, job);
                    Batch batch = new Batch(schema, BATCH_ROWS, job.memory())) {
                for (int from = 0; from < rows.size(); from += BATCH_ROWS) {
                    Rows.fill(batch, rows.subList(from, Math.min(rows.size(), from + BATCH_ROWS)));
                    writer.write(batch);
                }
                writer.finish();
                assertThat(writer.bytesWritten()).isEqualTo(out.size());
            }
            out.publish();
        }
    }

    private Schema schemaOf(String path) throws IOException {
        try (FileInput in = store.open(store.find(path).orElseThrow())) {
            return format().decoder(source()).schema(in);
        }
    }

    private List<List<@Nullable Object>> read(String path, long rangeBytes, int @Nullable [] columns)
            throws IOException {
        Decoder decoder = format().decoder(source());
        ReadContext context = RefusedRows.failing(job);
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (FileInput in = store.open(store.find(path).orElseThrow())) {
            Schema schema = decoder.schema(in);
            int[] wanted = columns == null ? IntStream.range(0, schema.size()).toArray() : columns;
            for (Decoder.FileRange range : decoder.ranges(in, rangeBytes)) {
                long next = 1;
                try (Reader reader = decoder.open(in, range, schema, wanted, context);
                        Batch batch = new Batch(schema.project(wanted), BATCH_ROWS, job.memory())) {
                    while (reader.read(batch)) {
                        assertThat(batch.firstRow()).isEqualTo(range.from() == 0 ? next : batch.firstRow());
                        next += batch.rows();
                        rows.addAll(Rows.of(batch));
                        batch.clear();
                    }
                    assertThat(batch.rows()).isZero();
                    assertThat(reader.bytesRead()).isNotNegative();
                }
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

    @Test
    void every_type_keeps_its_values() throws IOException {
        has(Capability.WRITE);
        for (DataType type : types()) {
            Schema schema = Schema.of(new Field("key", DataType.INT32), new Field("value", type));
            List<List<@Nullable Object>> rows = random.rows(schema, 250);
            write("typed", schema, rows);
            assertThat(schemaOf("typed").field(1).type()).as(type.toString()).isEqualTo(readType(type));
            assertThat(read("typed", Long.MAX_VALUE, null))
                    .as(type.toString())
                    .containsExactlyElementsOf(expectedRows(schema, rows));
        }
    }

    @Test
    void all_types_side_by_side_keep_their_values() throws IOException {
        has(Capability.WRITE);
        Schema schema = RandomData.schema(types());
        List<List<@Nullable Object>> rows = random.rows(schema, 730);
        write("all", schema, rows);
        assertThat(schemaOf("all").names()).isEqualTo(schema.names());
        assertThat(read("all", Long.MAX_VALUE, null)).containsExactlyElementsOf(expectedRows(schema, rows));
    }

    @Test
    void a_file_without_rows_has_its_columns() throws IOException {
        has(Capability.WRITE);
        Schema schema = RandomData.schema(types());
        write("empty", schema, List.of());
        assertThat(schemaOf("empty").names()).isEqualTo(namesColumnsWithoutRows() ? schema.names() : List.of());
        assertThat(read("empty", Long.MAX_VALUE, null)).isEmpty();
    }

    @Test
    void columns_are_read_in_any_choice_and_order() throws IOException {
        has(Capability.WRITE);
        Schema schema = random.schema(6, types());
        List<List<@Nullable Object>> rows = random.rows(schema, 150);
        write("projected", schema, rows);
        List<List<@Nullable Object>> expected = expectedRows(schema, rows);
        for (int[] columns : new int[][] {{0}, {5, 0}, {3, 2, 1}, {5, 4, 3, 2, 1, 0}}) {
            assertThat(read("projected", Long.MAX_VALUE, columns))
                    .as(Arrays.toString(columns))
                    .containsExactlyElementsOf(Rows.project(expected, columns));
        }
    }

    @Test
    void ranges_cover_every_row_once() throws IOException {
        has(Capability.WRITE);
        Schema schema = Schema.of(
                new Field("id", DataType.INT64), new Field("text", DataType.STRING), new Field("f", DataType.FLOAT64));
        List<List<@Nullable Object>> rows = random.rows(schema, 1_000);
        write("split", schema, rows);
        List<List<@Nullable Object>> expected = expectedRows(schema, rows);
        long size = store.find("split").orElseThrow().size();
        for (long target : new long[] {Math.max(1, size / 50), size / 7 + 1, size / 2, size, Long.MAX_VALUE}) {
            assertThat(read("split", target, null)).as("ranges of " + target).containsExactlyElementsOf(expected);
        }
    }

    @Test
    protected void long_values_and_many_columns_fit() throws IOException {
        has(Capability.WRITE);
        Schema one = Schema.of(new Field("long", DataType.STRING));
        List<List<@Nullable Object>> rows = List.of(Rows.row("ab\"c,\n".repeat(300_000)), Rows.row("x"));
        write("long", one, rows);
        assertThat(read("long", Long.MAX_VALUE, null).equals(rows)).isTrue();
        Schema wide = random.schema(400, types());
        List<List<@Nullable Object>> few = random.rows(wide, 3);
        write("wide", wide, few);
        assertThat(read("wide", Long.MAX_VALUE, null)).containsExactlyElementsOf(expectedRows(wide, few));
    }

    @Test
    void unusual_column_names_are_kept() throws IOException {
        has(Capability.WRITE);
        List<String> names = List.of("with space", "ümläut", "日本語", "a.b", "a\"b", "x,y", "UPPER", "upper", "1");
        Schema schema = new Schema(
                names.stream().map(n -> new Field(n, DataType.STRING)).toList());
        List<@Nullable Object> values = new ArrayList<>(names);
        write("names", schema, namesColumnsWithoutRows() ? List.of() : List.of(values));
        assertThat(schemaOf("names").names()).isEqualTo(names);
    }

    @Test
    void closing_an_unfinished_writer_publishes_nothing() throws IOException {
        has(Capability.WRITE);
        Schema schema = random.schema(4, types());
        try (FileOutput out = store.create("unfinished");
                Batch batch = Rows.batch(schema, job.memory(), random.rows(schema, 50))) {
            Writer writer = format().encoder(sink()).open(out, schema, job);
            writer.write(batch);
            writer.close();
            writer.close();
        }
        assertThat(files.paths()).isEmpty();
    }

    @Test
    void a_writer_fails_when_its_store_does_and_releases_everything() throws IOException {
        has(Capability.WRITE);
        Schema schema = random.schema(4, types());
        FaultyFileStore full = new FaultyFileStore(store).fullAfter(3);
        assertThatThrownBy(() -> {
                    try (FileOutput out = full.create("full");
                            Writer writer = format().encoder(sink()).open(out, schema, job);
                            Batch batch = Rows.batch(schema, job.memory(), random.rows(schema, 50))) {
                        writer.write(batch);
                        writer.finish();
                    }
                })
                .isInstanceOfAny(IOException.class, ProblemException.class);
        assertThat(files.paths()).isEmpty();
    }

    @Test
    protected void damaged_files_are_refused_or_read_but_never_worse() throws IOException {
        has(Capability.WRITE);
        Schema schema = RandomData.schema(types());
        write("whole", schema, random.rows(schema, 40));
        byte[] whole = files.bytes("whole");
        Random dice = new Random(99);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = whole.clone();
            if (i % 3 == 0) {
                dice.nextBytes(damaged);
            } else {
                for (int n = 1 + dice.nextInt(4); n > 0; n--) {
                    damaged[dice.nextInt(damaged.length)] = (byte) dice.nextInt();
                }
            }
            files.put("damaged", damaged, job.clock().instant());
            readOrRefuse("damaged");
        }
        for (int cut : new int[] {0, 1, whole.length / 3, whole.length - 1}) {
            files.put("cut", Arrays.copyOf(whole, cut), job.clock().instant());
            if (noticesTruncation()) {
                assertThatThrownBy(() -> read("cut", Long.MAX_VALUE, null)).isInstanceOf(ProblemException.class);
            } else {
                readOrRefuse("cut");
            }
        }
    }

    /// Reads a damaged file; anything but a located problem, an I/O error or wrong rows is a defect of the
    /// format.
    private void readOrRefuse(String path) {
        assertThatCode(() -> {
                    try {
                        read(path, Long.MAX_VALUE, null);
                    } catch (ProblemException e) {
                        assertThat(e.problem().message()).doesNotContain("unknown)");
                    } catch (IOException | MemoryBudgetExceededException e) {
                        assertThat(e).isNotNull();
                    }
                })
                .doesNotThrowAnyException();
    }

    @Test
    void one_decoder_and_one_encoder_serve_several_threads() throws Exception {
        has(Capability.WRITE);
        Schema schema = random.schema(5, types());
        List<List<@Nullable Object>> rows = random.rows(schema, 300);
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                String path = "thread" + t;
                all.add(threads.submit(() -> {
                    write(path, schema, rows);
                    assertThat(read(path, Long.MAX_VALUE, null)).isEqualTo(expectedRows(schema, rows));
                    return null;
                }));
            }
            for (Future<?> f : all) {
                f.get();
            }
        }
    }

    @Test
    void a_reader_closed_early_or_twice_leaves_nothing_behind() throws IOException {
        has(Capability.WRITE);
        Schema schema = random.schema(5, types());
        write("early", schema, random.rows(schema, 500));
        Decoder decoder = format().decoder(source());
        try (FileInput in = store.open(store.find("early").orElseThrow());
                Batch batch = new Batch(decoder.schema(in), 10, job.memory())) {
            Reader reader = decoder.open(
                    in,
                    decoder.ranges(in, Long.MAX_VALUE).getFirst(),
                    batch.schema(),
                    new int[] {0, 1, 2, 3, 4},
                    RefusedRows.failing(job));
            assertThat(reader.read(batch)).isTrue();
            assertThat(batch.rows()).isBetween(1, 10);
            reader.close();
            reader.close();
        }
    }
}
