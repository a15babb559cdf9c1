package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rows of one table, all text. Its columns are called as the cells of a first row of nothing but headings,
/// otherwise `Prop_0`, `Prop_1` and so on, as those of a text file without a header are.
final class WebTableSource implements Source {
    /// Characters and what holds them, for each byte of the page.
    private static final int SIZE = 4;

    private final List<List<@Nullable String>> rows;
    private final Schema schema;
    private final long pageBytes;
    private final String describe;
    private final MemoryBudget memory;
    private final long held;
    private boolean closed;

    private record Whole(String describe) implements Split {}

    WebTableSource(HtmlTables.Table table, int pageBytes, String place, int index, MemoryBudget memory) {
        this.rows = table.header() ? table.rows().subList(1, table.rows().size()) : table.rows();
        this.schema = new Schema(
                names(table).stream().map(n -> new Field(n, DataType.STRING)).toList());
        this.pageBytes = pageBytes;
        this.describe = "table " + index + " of " + place;
        this.memory = memory;
        this.held = (long) SIZE * pageBytes;
        memory.reserve(held);
    }

    private static List<String> names(HtmlTables.Table table) {
        int width = table.rows().isEmpty() ? 0 : table.rows().getFirst().size();
        List<String> names = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < width; i++) {
            String heading = table.header() ? table.rows().getFirst().get(i) : null;
            String name = heading == null || heading.isBlank() ? "Prop_" + i : heading;
            names.add(seen.add(name.toLowerCase(Locale.ROOT)) ? name : name + "_" + i);
            seen.add(names.getLast().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<Split> splits(int wanted) {
        return List.of(new Whole(describe));
    }

    @Override
    public Reader open(Split split, int[] columns, ReadContext context) {
        return new Rows(columns.clone());
    }

    @Override
    public long estimatedRows() {
        return rows.size();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            memory.release(held);
        }
    }

    private final class Rows implements Reader {
        private final int[] columns;
        private int at;

        Rows(int[] columns) {
            this.columns = columns;
        }

        @Override
        public boolean read(Batch batch) {
            int count = 0;
            while (!batch.isFull(count) && at < rows.size()) {
                List<@Nullable String> row = rows.get(at++);
                for (int i = 0; i < columns.length; i++) {
                    String text = row.get(columns[i]);
                    if (text == null) {
                        batch.vector(i).setNull(count);
                    } else {
                        byte[] utf8 = text.getBytes(UTF_8);
                        ((BytesVector) batch.vector(i)).set(count, utf8, 0, utf8.length);
                    }
                }
                count++;
            }
            batch.setFirstRow(at - count + 1L);
            batch.setRows(count);
            return count > 0;
        }

        @Override
        public long bytesRead() {
            return pageBytes;
        }

        @Override
        public void close() {
            // The page is the source's.
        }
    }
}
