package dev.sluice.data.copy.manifest;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Writer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Where the threads of a copy put the chunks of one side. Thread-safe. At most [#MOST_CHUNKS] are kept; further ones
/// are added up in one.
public final class Ledger {
    static final int MOST_CHUNKS = 100_000;

    private final List<Chunk> chunks = new ArrayList<>();

    public synchronized void add(List<Chunk> some) {
        chunks.addAll(some);
        if (chunks.size() > MOST_CHUNKS) {
            addUp();
        }
    }

    private void addUp() {
        int width = chunks.getFirst().columns().size();
        List<ColumnSum> sums = new ArrayList<>();
        for (int i = 0; i < width; i++) {
            ColumnSum sum = ColumnSum.NOTHING;
            for (Chunk c : chunks) {
                sum = sum.plus(c.columns().get(i));
            }
            sums.add(sum);
        }
        Chunk all = new Chunk(
                "",
                1,
                chunks.stream().mapToLong(Chunk::rows).sum(),
                chunks.stream().mapToLong(c -> Math.max(0, c.bytes())).sum(),
                chunks.stream().mapToLong(Chunk::rowHash).sum(),
                sums);
        chunks.clear();
        chunks.add(all);
    }

    public synchronized Contents contents(boolean binary, boolean hashed, Schema schema) {
        return new Contents(
                binary,
                hashed,
                schema,
                chunks.stream()
                        .sorted(Comparator.comparing(Chunk::place).thenComparingLong(Chunk::firstRow))
                        .toList());
    }

    /// A writer that sums up what it is given, as the content of one place.
    ///
    /// @param place the file, or the table
    public Writer watched(Writer writer, Schema schema, String place) {
        return new Watched(writer, new Digest(schema, place));
    }

    private final class Watched implements Writer {
        private final Writer writer;
        private final Digest digest;

        Watched(Writer writer, Digest digest) {
            this.writer = writer;
            this.digest = digest;
        }

        @Override
        public void write(Batch batch) throws IOException {
            digest.add(batch);
            writer.write(batch);
        }

        @Override
        public void finish() throws IOException {
            writer.finish();
            add(digest.end(writer.bytesWritten()));
        }

        @Override
        public long bytesWritten() {
            return writer.bytesWritten();
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
