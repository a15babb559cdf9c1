package dev.sluice.formats.avro;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.trees.Shape;
import dev.sluice.data.trees.ShapedColumns;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/// Takes the members of rows straight into vectors; what is not wanted is passed over.
final class FlatReader implements Reader {
    private final List<AvroType.Member> members;
    /// For each member the column that gets it, -1 for none.
    private final int[] targets;
    private final BlockReader blocks;
    private final FileInput file;
    private final long before;
    private final ReadContext context;
    private long ordinal;

    FlatReader(
            FileHeader header,
            BlockReader blocks,
            FileInput file,
            long before,
            Schema schema,
            int[] columns,
            ReadContext context) {
        this.members = header.row().members();
        this.blocks = blocks;
        this.file = file;
        this.before = before;
        this.context = context;
        this.targets = new int[members.size()];
        Arrays.fill(targets, -1);
        for (int i = 0; i < columns.length; i++) {
            targets[place(header, schema.field(columns[i]), columns[i])] = i;
        }
    }

    private int place(FileHeader header, Field wanted, int usual) {
        boolean there = usual < members.size() && members.get(usual).name().equals(wanted.name());
        int place = there
                ? usual
                : members.stream().map(AvroType.Member::name).toList().indexOf(wanted.name());
        String path = header.file().path();
        if (place < 0) {
            throw DataFaults.COLUMN_MISSING
                    .problem()
                    .at(path)
                    .evidence("column", wanted.name())
                    .evidence("object", path)
                    .evidence(
                            "columns",
                            String.join(
                                    ", ",
                                    members.stream().map(AvroType.Member::name).toList()))
                    .exception();
        }
        Shape shape = members.get(place).type().shape();
        if (!(shape instanceof Shape.Leaf leaf) || !ShapedColumns.widens(leaf.type(), wanted.type())) {
            throw DataFaults.TYPES_INCOMPATIBLE
                    .problem()
                    .at(path)
                    .evidence("column", wanted.name())
                    .evidence("sourceType", shape instanceof Shape.Leaf l ? l.type() : "a structure")
                    .evidence("sinkType", wanted.type())
                    .exception();
        }
        return place;
    }

    @Override
    public boolean read(Batch batch) throws IOException {
        int count = 0;
        batch.setFirstRow(ordinal + 1);
        try {
            while (!batch.isFull(count) && blocks.next()) {
                for (int m = 0; m < targets.length; m++) {
                    AvroType type = members.get(m).type();
                    if (targets[m] < 0) {
                        type.skip(blocks.values);
                    } else {
                        type.read(blocks.values, batch.vector(targets[m]), count);
                    }
                }
                count++;
                ordinal++;
            }
        } catch (CorruptBlock e) {
            throw blocks.named(e);
        }
        if (context.job().cancelled()) {
            throw new java.io.InterruptedIOException("cancelled");
        }
        batch.setRows(count);
        return count > 0;
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
