package dev.sluice.formats.orc;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.trees.Shape;
import dev.sluice.data.trees.ShapedColumns;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.orc.StripeInformation;

/// Reads ORC files. A stripe belongs to the piece of the file in which it begins.
record OrcDecoder(TreeMapping trees) implements Decoder {
    @Override
    public Schema schema(FileInput file) throws IOException {
        OrcTail tail = OrcTail.read(file);
        try {
            return ShapedColumns.of(shape(tail), trees).schema();
        } finally {
            tail.reader().close();
        }
    }

    private static Shape.Struct shape(OrcTail tail) {
        return ReadTypes.of(tail.reader().getSchema(), tail.notes(), tail.file());
    }

    @Override
    public List<FileRange> ranges(FileInput file, long targetBytes) throws IOException {
        OrcTail tail = OrcTail.read(file);
        try {
            List<FileRange> ranges = new ArrayList<>();
            long from = 0;
            long bytes = 0;
            for (StripeInformation stripe : tail.reader().getStripes()) {
                if (bytes > 0 && bytes + stripe.getLength() > targetBytes) {
                    ranges.add(new FileRange(from, stripe.getOffset()));
                    from = stripe.getOffset();
                    bytes = 0;
                }
                bytes += stripe.getLength();
            }
            ranges.add(new FileRange(from, file.entry().size()));
            return ranges;
        } finally {
            tail.reader().close();
        }
    }

    @Override
    public Reader open(FileInput file, FileRange range, Schema schema, int[] columns, ReadContext context)
            throws IOException {
        OrcTail tail = OrcTail.read(file);
        boolean open = false;
        try {
            Shape.Struct shape = shape(tail);
            ShapedColumns layout = ShapedColumns.of(shape, trees);
            boolean flat = !layout.nested()
                    && schema.project(columns).fields().stream().noneMatch(f -> f.document());
            Reader reader = flat
                    ? FlatReader.of(tail, shape, file, range, schema, columns, context)
                    : StructuredRows.reader(tail, shape, layout, file, range, schema, columns, context);
            open = true;
            return reader;
        } finally {
            if (!open) {
                tail.reader().close();
            }
        }
    }
}
