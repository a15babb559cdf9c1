package dev.sluice.formats.columnar.parquet;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.trees.ShapedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts rows together again from the leaves of their structures: a leaf's repetition level says which list goes on, its
/// definition level how much of what is around it is there (the record assembly of the Dremel paper).
final class NestedRows implements ShapedReader.Rows {
    /// Elements and entries in one row.
    private static final int MOST_ITEMS = 1_000_000;

    private final FileInput file;
    private final FileFooter footer;
    private final List<FileFooter.Group> groups;
    private final List<Node> members;
    private final long before;
    private final Reservation memory;
    private final Decompressors decompressors = new Decompressors();
    private final RowGroupFetch fetch;
    /// By the leaf's place in the file.
    private final Map<Integer, LeafCursor> cursors = new LinkedHashMap<>();

    private final Map<DataType, Vector> keys = new HashMap<>();
    private volatile boolean closed;
    private int nextGroup;
    private long rowsLeft;
    private long row;
    private long items;

    /// @param members those of the row that are wanted
    NestedRows(FileInput file, FileFooter footer, List<FileFooter.Group> groups, List<Node> members, JobContext job) {
        this.file = file;
        this.footer = footer;
        this.groups = groups;
        this.members = List.copyOf(members);
        this.before = file.bytesRead();
        this.memory = new Reservation(job.memory());
        int leaves = members.stream().mapToInt(m -> m.end() - m.first()).sum();
        this.fetch = new RowGroupFetch(file, memory, leaves);
        try {
            for (Node member : members) {
                for (int leaf = member.first(); leaf < member.end(); leaf++) {
                    FileFooter.Column column = footer.columns().get(leaf);
                    ColumnReader reader = ParquetReader.columnReader(footer, column, column.type(), file, memory);
                    cursors.put(leaf, new LeafCursor(reader, column.type(), job.memory()));
                }
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    @Override
    public @Nullable Map<String, @Nullable Object> next() throws IOException {
        while (rowsLeft == 0) {
            if (nextGroup == groups.size()) {
                return null;
            }
            open(groups.get(nextGroup++));
        }
        try {
            items = 0;
            for (LeafCursor leaf : cursors.values()) {
                if (leaf.repetition() != 0) {
                    throw new CorruptData("row " + row + " begins within another");
                }
            }
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            for (Node member : members) {
                values.put(member.name(), read(member));
            }
            rowsLeft--;
            row++;
            if (rowsLeft == 0) {
                end();
            }
            return values;
        } catch (CorruptData e) {
            throw footer.file().malformed(groups.get(nextGroup - 1).start(), String.valueOf(e.getMessage()));
        }
    }

    private void open(FileFooter.Group group) throws IOException {
        List<ColumnReader> readers = new ArrayList<>();
        List<FileFooter.Chunk> chunks = new ArrayList<>();
        cursors.forEach((leaf, cursor) -> {
            readers.add(cursor.reader());
            chunks.add(group.chunks().get(leaf));
            cursor.begin();
        });
        fetch.open(readers, chunks, decompressors);
        rowsLeft = group.rows();
        row = group.firstRow();
    }

    private void end() throws IOException {
        for (LeafCursor leaf : cursors.values()) {
            if (leaf.more()) {
                throw new CorruptData("there are more values than rows");
            }
        }
    }

    private LeafCursor leaf(int place) {
        return java.util.Objects.requireNonNull(cursors.get(place));
    }

    private @Nullable Object read(Node node) throws IOException {
        if (leaf(node.first()).definition() < node.definition()) {
            skip(node, node.definition());
            return null;
        }
        return switch (node) {
            case Node.Value v -> leaf(v.first()).take();
            case Node.Struct s -> {
                Map<String, @Nullable Object> values = new LinkedHashMap<>();
                for (Node member : s.members()) {
                    values.put(member.name(), read(member));
                }
                yield values;
            }
            case Node.Many m -> {
                List<@Nullable Object> elements = new ArrayList<>();
                if (isFilled(m, m.filled())) {
                    do {
                        count();
                        elements.add(read(m.element()));
                    } while (goesOn(m, m.repetition()));
                }
                yield elements;
            }
            case Node.Entries e -> {
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                if (isFilled(e, e.filled())) {
                    do {
                        count();
                        entry(e, entries);
                    } while (goesOn(e, e.repetition()));
                }
                yield entries;
            }
        };
    }

    private void entry(Node.Entries map, Map<String, @Nullable Object> entries) throws IOException {
        Object key = read(map.key());
        if (key == null) {
            throw new CorruptData("a map has an entry without a key");
        }
        entries.put(
                text(map.key().type(), key),
                map.value().isPresent() ? read(map.value().get()) : key);
    }

    private String text(DataType type, Object key) {
        if (type.kind() == DataType.Kind.STRING) {
            return new String((byte[]) key, UTF_8);
        }
        Vector v = keys.computeIfAbsent(
                type,
                t -> new Batch(new Schema(List.of(new Field("key", t))), 1, new MemoryBudget(Long.MAX_VALUE))
                        .vector(0));
        ShapedReader.set(key, v, 0);
        byte[] text = new byte[TextForm.length(v, 0)];
        return new String(text, 0, TextForm.write(v, 0, text, 0), UTF_8);
    }

    /// A row of more items than memory is good for is refused.
    private void count() {
        if (++items > MOST_ITEMS) {
            throw new CorruptData("row " + row + " has more than " + MOST_ITEMS + " items");
        }
    }

    /// Whether a list has elements; of an empty one each leaf says so.
    private boolean isFilled(Node list, int filled) throws IOException {
        if (leaf(list.first()).definition() >= filled) {
            return true;
        }
        skip(list, filled);
        return false;
    }

    private void skip(Node node, int level) throws IOException {
        for (int leaf = node.first(); leaf < node.end(); leaf++) {
            leaf(leaf).skip(level);
        }
    }

    /// Whether another element follows, on which all leaves of the list must agree.
    private boolean goesOn(Node list, int repetition) throws IOException {
        int next = leaf(list.first()).repetition();
        for (int leaf = list.first() + 1; leaf < list.end(); leaf++) {
            if (leaf(leaf).repetition() != next) {
                throw new CorruptData("the columns of the list '" + list.name() + "' have different lengths");
            }
        }
        if (next > repetition) {
            throw new CorruptData("the levels of the list '" + list.name() + "' contradict each other");
        }
        return next == repetition;
    }

    @Override
    public long bytesRead() {
        return file.bytesRead() - before;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            cursors.values().forEach(LeafCursor::close);
            memory.close();
            decompressors.close();
        }
    }
}
