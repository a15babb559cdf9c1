package dev.sluice.formats.orc;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.trees.Shape;
import dev.sluice.data.trees.ShapedColumns;
import dev.sluice.data.trees.ShapedReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.orc.storage.ql.exec.vector.VectorizedRowBatch;
import org.jspecify.annotations.Nullable;

/// Rows as trees.
final class StructuredRows implements ShapedReader.Rows {
    private static final int ROWS = 256;

    private final Stripes stripes;
    private final Shape.Struct shape;
    private final VectorizedRowBatch batch;
    private final Map<DataType, Vector> scratch = new HashMap<>();
    private int at;

    private StructuredRows(Stripes stripes, Shape.Struct shape) {
        this.stripes = stripes;
        this.shape = shape;
        this.batch = stripes.batch(ROWS);
        this.batch.size = 0;
    }

    static Reader reader(
            OrcTail tail,
            Shape.Struct shape,
            ShapedColumns layout,
            FileInput file,
            Decoder.FileRange range,
            Schema schema,
            int[] columns,
            ReadContext context)
            throws IOException {
        boolean[] all = new boolean[shape.members().size()];
        Arrays.fill(all, true);
        Stripes stripes = new Stripes(tail, file, range, all, context.job());
        boolean open = false;
        try {
            Reader reader = new ShapedReader(
                    new StructuredRows(stripes, shape),
                    layout,
                    schema,
                    columns,
                    tail.file().path(),
                    context);
            open = true;
            return reader;
        } finally {
            if (!open) {
                stripes.close();
            }
        }
    }

    @Override
    public @Nullable Map<String, @Nullable Object> next() throws IOException {
        if (at == batch.size) {
            at = 0;
            if (!stripes.next(batch)) {
                batch.size = 0;
                return null;
            }
        }
        try {
            Map<String, @Nullable Object> row = new LinkedHashMap<>();
            int i = 0;
            for (var member : shape.members().entrySet()) {
                row.put(member.getKey(), Values.tree(member.getValue(), batch.cols[i++], at, scratch));
            }
            at++;
            return row;
        } catch (RuntimeException e) {
            throw stripes.named(e);
        }
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
