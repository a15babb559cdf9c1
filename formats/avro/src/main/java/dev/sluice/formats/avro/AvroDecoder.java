package dev.sluice.formats.avro;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.trees.Shape;
import dev.sluice.data.trees.ShapedColumns;
import dev.sluice.data.trees.ShapedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads Avro files. A block belongs to the piece of the file in which it begins.
record AvroDecoder(TreeMapping trees) implements Decoder {
    @Override
    public Schema schema(FileInput file) throws IOException {
        return layout(FileHeader.read(file)).schema();
    }

    private ShapedColumns layout(FileHeader header) {
        return ShapedColumns.of((Shape.Struct) header.row().shape(), trees);
    }

    @Override
    public List<FileRange> ranges(FileInput file, long targetBytes) throws IOException {
        long size = file.entry().size();
        List<FileRange> ranges = new ArrayList<>();
        long step = Math.max(1, targetBytes);
        for (long from = 0; from < size; from = from > size - step ? size : from + step) {
            ranges.add(new FileRange(from, from > size - step ? size : from + step));
        }
        return ranges.isEmpty() ? List.of(new FileRange(0, size)) : ranges;
    }

    @Override
    public Reader open(FileInput file, FileRange range, Schema schema, int[] columns, ReadContext context)
            throws IOException {
        FileHeader header = FileHeader.read(file);
        ShapedColumns layout = layout(header);
        long before = file.bytesRead();
        BlockReader blocks = new BlockReader(header, file, range.from(), range.to(), context.job());
        boolean open = false;
        try {
            boolean flat = !layout.nested()
                    && schema.project(columns).fields().stream().noneMatch(f -> f.document());
            Reader reader = flat
                    ? new FlatReader(header, blocks, file, before, schema, columns, context)
                    : new ShapedReader(
                            new Rows(header, blocks, file, before),
                            layout,
                            schema,
                            columns,
                            header.file().path(),
                            context);
            open = true;
            return reader;
        } finally {
            if (!open) {
                blocks.close();
            }
        }
    }

    /// Rows as trees.
    private record Rows(FileHeader header, BlockReader blocks, FileInput file, long before, AvroType.Leaves leaves)
            implements ShapedReader.Rows {
        Rows(FileHeader header, BlockReader blocks, FileInput file, long before) {
            this(header, blocks, file, before, new AvroType.Leaves());
        }

        @Override
        @SuppressWarnings("unchecked")
        public @Nullable Map<String, @Nullable Object> next() throws IOException {
            try {
                leaves.begin();
                return blocks.next()
                        ? (Map<String, @Nullable Object>) header.row().tree(blocks.values, leaves)
                        : null;
            } catch (CorruptBlock e) {
                throw blocks.named(e);
            }
        }

        @Override
        public long bytesRead() {
            return file.bytesRead() - before;
        }

        @Override
        public void close() {
            blocks.close();
        }
    }
}
