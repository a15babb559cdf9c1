package dev.sluice.formats.text.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.TreeMapping;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// JSON in, rows out and the other way round, on files in memory.
final class JsonFixture implements AutoCloseable {
    final TestJob job = new TestJob();
    final MemoryFiles files = new MemoryFiles();
    final List<RefusedRow> refused = new ArrayList<>();
    int batchRows = 7;
    private final MemoryFileStore store = new MemoryFileStore(files, job.clock(), Kind.SOURCE);

    static TreeMapping paths(String collection, String... paths) {
        return new TreeMapping(
                collection,
                Arrays.stream(paths)
                        .map(p -> new TreeMapping.Column(p, true, Optional.empty()))
                        .toList(),
                false,
                false);
    }

    static Decoder decoder(TreeMapping mapping) {
        return new JsonFormat()
                .decoder(TestEndpoint.source().dataset("Json").build().withTrees(mapping));
    }

    FileInput open(byte[] content, String path) throws IOException {
        files.put(path, content, Instant.EPOCH);
        return store.open(store.find(path).orElseThrow());
    }

    Schema schema(Decoder decoder, String text) throws IOException {
        try (FileInput in = open(text.getBytes(UTF_8), "data.json")) {
            return decoder.schema(in);
        }
    }

    List<List<@Nullable Object>> read(Decoder decoder, String text) throws IOException {
        return read(decoder, text.getBytes(UTF_8));
    }

    List<List<@Nullable Object>> read(Decoder decoder, byte[] content) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        RefusedRows context = RefusedRows.skipping(job);
        try (FileInput in = open(content, "data.json")) {
            Schema schema = decoder.schema(in);
            int[] columns = IntStream.range(0, schema.size()).toArray();
            try (Reader reader =
                            decoder.open(in, decoder.ranges(in, Long.MAX_VALUE).getFirst(), schema, columns, context);
                    Batch batch = new Batch(schema, batchRows, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
            }
        } finally {
            refused.addAll(context.rows());
        }
        return rows;
    }

    String write(TestEndpoint sink, TreeMapping mapping, Schema schema, List<? extends List<?>> rows)
            throws IOException {
        try (FileOutput out = store.create("out.json")) {
            try (Writer writer = new JsonFormat()
                            .encoder(sink.dataset("Json").build().withTrees(mapping))
                            .open(out, schema, job);
                    Batch batch = Rows.batch(schema, job.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            out.publish();
        }
        return new String(files.bytes("out.json"), UTF_8);
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
