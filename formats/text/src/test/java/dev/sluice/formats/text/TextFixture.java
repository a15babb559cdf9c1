package dev.sluice.formats.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Decoder.FileRange;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.MemoryFileStore;
import dev.sluice.data.testkit.MemoryFiles;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Kind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Text in, rows out and the other way round, on files in memory.
final class TextFixture implements AutoCloseable {
    final TestJob job = new TestJob();
    final MemoryFiles files = new MemoryFiles();
    final List<RefusedRow> refused = new ArrayList<>();
    int batchRows = 7;
    private final MemoryFileStore store = new MemoryFileStore(files, job.clock(), Kind.SOURCE);

    static Decoder decoder(TestEndpoint endpoint) {
        return new DelimitedTextFormat()
                .decoder(endpoint.dataset("DelimitedText").build());
    }

    static Encoder encoder(TestEndpoint endpoint) {
        return new DelimitedTextFormat()
                .encoder(endpoint.dataset("DelimitedText").build());
    }

    FileInput open(byte[] content, String path) throws IOException {
        files.put(path, content, Instant.EPOCH);
        return store.open(store.find(path).orElseThrow());
    }

    List<String> columns(Decoder decoder, byte[] content) throws IOException {
        try (FileInput in = open(content, "data.csv")) {
            return decoder.schema(in).names();
        }
    }

    /// All rows, by ranges of about that size; refused rows are collected.
    List<List<@Nullable Object>> read(Decoder decoder, byte[] content, long rangeBytes) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (FileInput in = open(content, "data.csv")) {
            Schema schema = decoder.schema(in);
            for (FileRange range : decoder.ranges(in, rangeBytes)) {
                rows.addAll(read(decoder, in, range, schema));
            }
        }
        return rows;
    }

    List<List<@Nullable Object>> read(Decoder decoder, String text) throws IOException {
        return read(decoder, text.getBytes(UTF_8), Long.MAX_VALUE);
    }

    List<List<@Nullable Object>> read(Decoder decoder, FileInput in, FileRange range, Schema schema)
            throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        RefusedRows context = RefusedRows.skipping(job);
        int[] columns = IntStream.range(0, schema.size()).toArray();
        try (Reader reader = decoder.open(in, range, schema, columns, context);
                Batch batch = new Batch(schema, batchRows, job.memory())) {
            while (reader.read(batch)) {
                rows.addAll(Rows.of(batch));
                batch.clear();
            }
        } finally {
            refused.addAll(context.rows());
        }
        return rows;
    }

    byte[] write(Encoder encoder, Schema schema, List<? extends List<? extends @Nullable Object>> rows)
            throws IOException {
        return write(encoder, schema, rows, "folder/out" + encoder.extension());
    }

    byte[] write(Encoder encoder, Schema schema, List<? extends List<? extends @Nullable Object>> rows, String path)
            throws IOException {
        try (FileOutput out = store.create(path)) {
            try (Writer writer = encoder.open(out, schema, job);
                    Batch batch = Rows.batch(schema, job.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            out.publish();
        }
        return files.bytes(path);
    }

    @Override
    public void close() {
        job.close();
        if (store.openCount() != 0 || job.memory().used() != 0) {
            throw new AssertionError(
                    store.openCount() + " files open, " + job.memory().used() + " bytes reserved");
        }
    }
}
