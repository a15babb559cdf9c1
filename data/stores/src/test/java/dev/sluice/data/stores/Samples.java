package dev.sluice.data.stores;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.MemoryFileStore;
import dev.sluice.data.testkit.MemoryFiles;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Files of one column `c`, written and read by a format of ours.
final class Samples implements AutoCloseable {
    private static final int ROWS = 300;
    private static final String PATH = "sample";

    private final TestJob job = new TestJob();
    private final MemoryFiles files = new MemoryFiles();
    private final MemoryFileStore store = new MemoryFileStore(files, job.clock(), Kind.SOURCE);

    /// A column as it was read.
    record Column(DataType type, List<@Nullable Object> values) {}

    static Format format(String name) {
        return StreamSupport.stream(ServiceLoader.load(Format.class).spliterator(), false)
                .filter(f -> f.descriptor().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static TestEndpoint dataset(TestEndpoint side, String format) {
        TestEndpoint endpoint = side.dataset(format);
        return format.equals("DelimitedText")
                ? endpoint.with("firstRowAsHeader", true).with("escapeChar", "\"")
                : endpoint;
    }

    /// Values of a type with those that break things, nulls among them.
    static List<@Nullable Object> values(DataType type) {
        List<@Nullable Object> values = new ArrayList<>();
        for (List<@Nullable Object> row : new RandomData(23).rows(Schema.of(new Field("c", type)), ROWS)) {
            values.add(row.getFirst());
        }
        return values;
    }

    byte[] write(String format, DataType type, List<@Nullable Object> values) throws IOException {
        Schema schema = Schema.of(new Field("c", type));
        Endpoint sink = dataset(TestEndpoint.sink(), format).build();
        List<List<@Nullable Object>> rows = values.stream().map(Rows::row).toList();
        try (FileOutput out = store.create(PATH)) {
            try (Writer writer = format(format).encoder(sink).open(out, schema, job);
                    Batch batch = new Batch(schema, rows.size(), job.memory())) {
                Rows.fill(batch, rows);
                writer.write(batch);
                writer.finish();
            }
            out.publish();
        }
        return files.bytes(PATH);
    }

    Column read(String format, byte[] content) throws IOException {
        files.put(PATH, content, Instant.EPOCH);
        Decoder decoder =
                format(format).decoder(dataset(TestEndpoint.source(), format).build());
        List<@Nullable Object> values = new ArrayList<>();
        try (FileInput in = store.open(store.find(PATH).orElseThrow())) {
            Schema schema = decoder.schema(in);
            for (Decoder.FileRange range : decoder.ranges(in, Long.MAX_VALUE)) {
                try (Reader reader = decoder.open(in, range, schema, new int[] {0}, RefusedRows.failing(job));
                        Batch batch = new Batch(schema, ROWS, job.memory())) {
                    while (reader.read(batch)) {
                        Rows.of(batch).forEach(row -> values.add(row.getFirst()));
                        batch.clear();
                    }
                }
            }
            return new Column(schema.field(0).type(), values);
        }
    }

    @Override
    public void close() {
        job.close();
    }
}
