package dev.sluice.connectors.mongo;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.trees.Documents;
import dev.sluice.data.trees.Json;
import dev.sluice.data.trees.TreeReader;
import dev.sluice.data.trees.TreeSchema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// The documents of one query, in one piece: one cursor sees them. The first reader reads what the sample that told the
/// columns has read, and goes on from there.
final class DocumentSource implements Source {
    private final Supplier<Chunks> asking;
    private final Deque<Chunks> opened = new ConcurrentLinkedDeque<>();
    private final TreeMapping trees;
    private final String place;
    private final Schema schema;
    private boolean begun;

    private record Everything(String describe) implements Split {}

    /// @param first the first answers, closed with the source, also when its columns cannot be found out
    /// @param asking asks once more
    DocumentSource(Chunks first, Supplier<Chunks> asking, TreeMapping trees, String collection) throws IOException {
        this.opened.add(first);
        this.asking = asking;
        this.trees = trees;
        this.place = "collection " + collection;
        boolean good = false;
        try {
            this.schema = TreeSchema.of(around -> new Walk(first, false), trees);
            good = true;
        } finally {
            if (!good) {
                close();
            }
        }
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<Split> splits(int wanted) {
        return List.of(new Everything(place));
    }

    @Override
    public Reader open(Split split, int[] columns, ReadContext context) {
        try {
            Chunks chunks = next();
            return new TreeReader(around -> new Walk(chunks, !around), trees, schema, columns, context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized Chunks next() {
        if (!begun) {
            begun = true;
            return opened.getFirst();
        }
        Chunks again = asking.get();
        opened.add(again);
        return again;
    }

    @Override
    public void close() {
        opened.forEach(Chunks::close);
    }

    private final class Walk implements Documents {
        private final Chunks chunks;
        private final boolean dropping;
        private int number = -1;
        private volatile long walked;

        /// @param dropping whether texts are done with behind this walk
        Walk(Chunks chunks, boolean dropping) {
            this.chunks = chunks;
            this.dropping = dropping;
        }

        @Override
        public @Nullable JsonParser next() throws IOException {
            number++;
            if (dropping) {
                chunks.drop(number);
            }
            Optional<byte[]> chunk = chunks.chunk(number);
            if (chunk.isEmpty()) {
                return null;
            }
            walked += chunk.get().length;
            return Json.parser(new ByteArrayInputStream(chunk.get()));
        }

        @Override
        public String place() {
            return place;
        }

        @Override
        public String format() {
            return "Json";
        }

        @Override
        public long bytesRead() {
            return dropping ? chunks.received() : walked;
        }

        @Override
        public boolean failed() {
            return false;
        }

        @Override
        public void close() {
            if (dropping) {
                chunks.close();
            }
        }
    }
}
