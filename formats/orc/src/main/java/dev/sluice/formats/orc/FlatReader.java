package dev.sluice.formats.orc;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FilePlace;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.trees.Shape;
import dev.sluice.data.trees.ShapedColumns;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.List;
import org.apache.orc.storage.ql.exec.vector.VectorizedRowBatch;
import org.jspecify.annotations.Nullable;

/// Copies the library's columns into ours.
final class FlatReader implements Reader {
    private static final int MOST_ROWS = 1_024;

    private final Stripes stripes;
    private final int[] places;
    private final ReadContext context;
    private @Nullable VectorizedRowBatch rows;
    private int left;
    private long ordinal;

    private FlatReader(Stripes stripes, int[] places, ReadContext context) {
        this.stripes = stripes;
        this.places = places;
        this.context = context;
    }

    static FlatReader of(
            OrcTail tail,
            Shape.Struct shape,
            FileInput file,
            Decoder.FileRange range,
            Schema schema,
            int[] columns,
            ReadContext context)
            throws IOException {
        boolean[] include = new boolean[shape.members().size()];
        int[] places = new int[columns.length];
        for (int i = 0; i < columns.length; i++) {
            places[i] = place(tail.file(), shape, schema.field(columns[i]));
            include[places[i]] = true;
        }
        return new FlatReader(new Stripes(tail, file, range, include, context.job()), places, context);
    }

    private static int place(FilePlace file, Shape.Struct shape, Field wanted) {
        List<String> names = List.copyOf(shape.members().keySet());
        int place = names.indexOf(wanted.name());
        if (place < 0) {
            throw DataFaults.COLUMN_MISSING
                    .problem()
                    .at(file.path())
                    .evidence("column", wanted.name())
                    .evidence("object", file.path())
                    .evidence("columns", String.join(", ", names))
                    .exception();
        }
        Shape found = shape.members().get(wanted.name());
        if (!(found instanceof Shape.Leaf leaf) || !ShapedColumns.widens(leaf.type(), wanted.type())) {
            throw DataFaults.TYPES_INCOMPATIBLE
                    .problem()
                    .at(file.path())
                    .evidence("column", wanted.name())
                    .evidence("sourceType", found instanceof Shape.Leaf l ? l.type() : "a structure")
                    .evidence("sinkType", wanted.type())
                    .exception();
        }
        return place;
    }

    @Override
    public boolean read(Batch batch) throws IOException {
        VectorizedRowBatch from = rows;
        if (from == null) {
            from = stripes.batch(Math.min(MOST_ROWS, batch.capacity()));
            rows = from;
        }
        int count = 0;
        batch.setFirstRow(ordinal + 1);
        // What does not fit any more waits for the next batch.
        while (!batch.isFull(count) && (left > 0 || more(from)) && left <= batch.capacity() - count) {
            try {
                for (int i = 0; i < places.length; i++) {
                    Values.copy(from.cols[places[i]], left, batch.vector(i), count);
                }
            } catch (RuntimeException e) {
                throw stripes.named(e);
            }
            count += left;
            left = 0;
        }
        if (context.job().cancelled()) {
            throw new java.io.InterruptedIOException("cancelled");
        }
        batch.setRows(count);
        ordinal += count;
        return count > 0;
    }

    private boolean more(VectorizedRowBatch from) throws IOException {
        left = stripes.next(from) ? from.size : 0;
        return left > 0;
    }

    @Override
    public long bytesRead() {
        return stripes.bytesRead();
    }

    @Override
    public void close() {
        stripes.close();
    }
}
