package dev.sluice.connectors.azure;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.trees.Documents;
import dev.sluice.data.trees.Json;
import dev.sluice.data.trees.TreeReader;
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

/// Entities of a table, in one piece: where a page starts only the one before says. The first reader goes on where the
/// sample that told the columns ended.
final class EntitySource implements Source {
    private final String table;
    private final Supplier<EntityPages> asking;
    private final Deque<EntityPages> opened = new ConcurrentLinkedDeque<>();
    private final Schema schema;
    private boolean begun;

    private record Everything(String describe) implements Split {}

    /// Asks for the first entities.
    EntitySource(Endpoint endpoint, String table, Supplier<TableLine> lines, JobContext job) throws IOException {
        Settings activity = endpoint.activity();
        String filter = activity.text("azureTableSourceQuery").orElse("").strip();
        boolean mayBeMissing = activity.flag("azureTableSourceIgnoreTableNotFound", false);
        this.table = table;
        this.asking = () -> new EntityPages(lines.get(), table, filter, mayBeMissing, job.memory());
        EntityPages pages = asking.get();
        opened.add(pages);
        boolean good = false;
        try {
            EntityColumns columns = new EntityColumns();
            pages.sample().forEach(columns::see);
            this.schema = columns.schema();
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
        return List.of(new Everything("table " + table));
    }

    @Override
    public Reader open(Split split, int[] columns, ReadContext context) {
        List<TreeMapping.Column> typed = schema.fields().stream()
                .map(f -> new TreeMapping.Column(f.name(), false, Optional.of(f.type())))
                .toList();
        TreeMapping entities = new TreeMapping("$.value", typed, true, false);
        try {
            EntityPages pages = next();
            return new TreeReader(around -> new Walk(pages), entities, schema, columns, context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized EntityPages next() {
        if (!begun) {
            begun = true;
            return opened.getFirst();
        }
        EntityPages again = asking.get();
        opened.add(again);
        return again;
    }

    @Override
    public void close() {
        opened.forEach(EntityPages::close);
    }

    private final class Walk implements Documents {
        private final EntityPages pages;

        Walk(EntityPages pages) {
            this.pages = pages;
        }

        @Override
        public @Nullable JsonParser next() throws IOException {
            Optional<byte[]> page = pages.page();
            return page.isEmpty() ? null : Json.parser(new ByteArrayInputStream(page.get()));
        }

        @Override
        public String place() {
            return "table " + table;
        }

        @Override
        public String format() {
            return "Json";
        }

        @Override
        public long bytesRead() {
            return pages.received();
        }

        @Override
        public boolean failed() {
            return false;
        }

        @Override
        public void close() {
            pages.close();
        }
    }
}
