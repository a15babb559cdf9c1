package dev.sluice.formats.avro;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Reader;
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
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Avro files of one test, in memory.
final class AvroFiles implements AutoCloseable {
    final TestJob job;
    private final MemoryFiles files = new MemoryFiles();
    private final MemoryFileStore store;

    AvroFiles() {
        this(256 << 20);
    }

    AvroFiles(long memory) {
        job = new TestJob(memory, "attempt");
        store = new MemoryFileStore(files, job.clock(), Kind.SOURCE);
    }

    byte[] write(String codec, Schema schema, List<List<@Nullable Object>> rows) throws IOException {
        var sink = TestEndpoint.sink()
                .dataset("Avro")
                .with("avroCompressionCodec", codec)
                .build();
        try (FileOutput out = store.create("written")) {
            try (Writer writer = new AvroFormat().encoder(sink).open(out, schema, job);
                    Batch batch = Rows.batch(schema, job.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            out.publish();
        }
        return files.bytes("written");
    }

    Schema schema(byte[] content, TreeMapping trees) throws IOException {
        try (FileInput in = input(content)) {
            return new AvroDecoder(trees).schema(in);
        }
    }

    private FileInput input(byte[] content) {
        files.put("read", content, Instant.EPOCH);
        return store.open(store.find("read").orElseThrow());
    }

    List<List<@Nullable Object>> read(byte[] content, TreeMapping trees) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        Decoder decoder = new AvroDecoder(trees);
        try (FileInput in = input(content)) {
            Schema schema = decoder.schema(in);
            int[] all = IntStream.range(0, schema.size()).toArray();
            try (Reader reader = decoder.open(
                            in, new Decoder.FileRange(0, content.length), schema, all, RefusedRows.failing(job));
                    Batch batch = new Batch(schema, 100, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
            }
        }
        return rows;
    }

    @Override
    public void close() {
        job.close();
    }
}
