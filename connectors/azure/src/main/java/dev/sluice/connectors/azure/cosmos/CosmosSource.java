package dev.sluice.connectors.azure.cosmos;

import dev.sluice.connectors.azure.cosmos.Container.Range;
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
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// The documents of a query, a split for each range of the container, or one of all where one is wanted. The first
/// reader of a range goes on where the
/// sample that told the columns ended.
final class CosmosSource implements Source {
    private final List<Range> ranges;
    private final Function<Range, DocumentPages> asking;
    private final Map<String, DocumentPages> sampled = new HashMap<>();
    private final Deque<DocumentPages> opened = new ConcurrentLinkedDeque<>();
    private final TreeMapping trees;
    private final String place;
    private final Schema schema;

    private record OfRanges(String describe, List<Range> ranges) implements Split {}

    /// @param asking starts the query in a range
    CosmosSource(List<Range> ranges, Function<Range, DocumentPages> asking, TreeMapping trees, String container)
            throws IOException {
        this.ranges = ranges;
        this.asking = asking;
        this.trees = trees;
        this.place = "container " + container;
        boolean good = false;
        try {
            this.schema = TreeSchema.of(
                    around -> new Walk(ranges.stream().map(this::sampled).toList(), false), trees);
            good = true;
        } finally {
            if (!good) {
                close();
            }
        }
    }

    private DocumentPages sampled(Range range) {
        return sampled.computeIfAbsent(range.id(), id -> started(range));
    }

    private DocumentPages started(Range range) {
        DocumentPages pages = asking.apply(range);
        opened.add(pages);
        return pages;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<Split> splits(int wanted) {
        if (wanted <= 1 || ranges.size() <= 1) {
            return List.of(new OfRanges(place, ranges));
        }
        return ranges.stream()
                .<Split>map(r -> new OfRanges(place + ", range " + r.id(), List.of(r)))
                .toList();
    }

    @Override
    public Reader open(Split split, int[] columns, ReadContext context) {
        List<DocumentPages> pages = new ArrayList<>();
        synchronized (this) {
            for (Range range : ((OfRanges) split).ranges()) {
                pages.add(Optional.ofNullable(sampled.remove(range.id())).orElseGet(() -> started(range)));
            }
        }
        try {
            return new TreeReader(around -> new Walk(pages, !around), trees, schema, columns, context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        opened.forEach(DocumentPages::close);
    }

    private final class Walk implements Documents {
        private final List<DocumentPages> all;
        private final boolean dropping;
        private int current;
        private int number = -1;
        private volatile long walked;

        /// @param dropping whether pages are done with behind this walk
        Walk(List<DocumentPages> all, boolean dropping) {
            this.all = all;
            this.dropping = dropping;
        }

        @Override
        public @Nullable JsonParser next() throws IOException {
            while (current < all.size()) {
                DocumentPages pages = all.get(current);
                number++;
                if (dropping) {
                    pages.drop(number);
                }
                Optional<byte[]> page = pages.page(number);
                if (page.isPresent()) {
                    walked += page.get().length;
                    return Json.parser(new ByteArrayInputStream(page.get()));
                }
                current++;
                number = -1;
            }
            return null;
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
            return walked;
        }

        @Override
        public boolean failed() {
            return false;
        }

        @Override
        public void close() {
            if (dropping) {
                all.forEach(DocumentPages::close);
            }
        }
    }
}
