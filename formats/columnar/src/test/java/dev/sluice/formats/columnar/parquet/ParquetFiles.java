package dev.sluice.formats.columnar.parquet;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.format.CompressionCodec;
import org.jspecify.annotations.Nullable;

/// Files of one test, in memory, written and read through the format's public face.
final class ParquetFiles implements AutoCloseable {
    final TestJob job;
    final MemoryFiles files = new MemoryFiles();
    final MemoryFileStore store;

    ParquetFiles() {
        this(256 << 20);
    }

    ParquetFiles(long memory) {
        job = new TestJob(memory, "attempt");
        store = new MemoryFileStore(files, job.clock(), Kind.SOURCE);
    }

    /// Writes rows in batches of the given size.
    byte[] write(String codec, Schema schema, List<List<@Nullable Object>> rows, int batchRows) throws IOException {
        var sink = TestEndpoint.sink()
                .dataset("Parquet")
                .with("compressionCodec", codec)
                .build();
        return write(out -> new ParquetFormat().encoder(sink).open(out, schema, job), schema, rows, batchRows);
    }

    /// Writes rows in row groups of at most that many.
    byte[] writeGroups(Schema schema, List<List<@Nullable Object>> rows, int groupRows) throws IOException {
        var size = new ParquetWriter.RowGroupSize(Long.MAX_VALUE, groupRows);
        return write(
                out -> new ParquetWriter(out, schema, CompressionCodec.SNAPPY, size, job), schema, rows, groupRows);
    }

    interface Opening {
        Writer open(FileOutput out) throws IOException;
    }

    private byte[] write(Opening opening, Schema schema, List<List<@Nullable Object>> rows, int batchRows)
            throws IOException {
        try (FileOutput out = store.create("written")) {
            try (Writer writer = opening.open(out);
                    Batch batch = new Batch(schema, batchRows, job.memory())) {
                for (int from = 0; from < rows.size(); from += batchRows) {
                    Rows.fill(batch, rows.subList(from, Math.min(rows.size(), from + batchRows)));
                    batch.setFirstRow(from + 1L);
                    writer.write(batch);
                }
                writer.finish();
            }
            out.publish();
        }
        return files.bytes("written");
    }

    Path writeFile(Path path, String codec, Schema schema, List<List<@Nullable Object>> rows) throws IOException {
        return Files.write(path, write(codec, schema, rows, 1_000));
    }

    FileInput input(byte[] content) {
        files.put("read", content, Instant.EPOCH);
        return store.open(store.find("read").orElseThrow());
    }

    Schema schema(byte[] content) throws IOException {
        return schema(content, TreeMapping.NONE);
    }

    Schema schema(byte[] content, TreeMapping trees) throws IOException {
        try (FileInput in = input(content)) {
            return new ParquetDecoder(trees).schema(in);
        }
    }

    /// Reads what the mapping makes of the file's structures.
    List<List<@Nullable Object>> read(byte[] content, TreeMapping trees) throws IOException {
        return read(content, trees, schema(content, trees), 1_000);
    }

    List<List<@Nullable Object>> read(byte[] content) throws IOException {
        return read(content, schema(content), 1_000);
    }

    /// Reads every column of `schema`, range by range.
    List<List<@Nullable Object>> read(byte[] content, Schema schema, int batchRows) throws IOException {
        return read(content, TreeMapping.NONE, schema, batchRows);
    }

    private List<List<@Nullable Object>> read(byte[] content, TreeMapping trees, Schema schema, int batchRows)
            throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        Decoder decoder = new ParquetDecoder(trees);
        int[] all = IntStream.range(0, schema.size()).toArray();
        try (FileInput in = input(content);
                Batch batch = new Batch(schema, batchRows, job.memory())) {
            for (Decoder.FileRange range : decoder.ranges(in, 1)) {
                try (Reader reader = decoder.open(in, range, schema, all, RefusedRows.failing(job))) {
                    batch.clear();
                    while (reader.read(batch)) {
                        rows.addAll(Rows.of(batch));
                        batch.clear();
                    }
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
