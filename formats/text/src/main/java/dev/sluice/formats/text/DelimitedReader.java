package dev.sluice.formats.text;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Fills batches with the rows of one range of a file.
final class DelimitedReader implements Reader {
    /// Bytes of a refused row that the log is given.
    private static final int SHOWN = 8 << 10;

    private final RowSource rows;
    private final TextBuffer buffer;
    private final RowParser parser;
    private final Schema schema;
    private final int[] columns;
    private final boolean header;
    private final boolean cut;
    private final ReadContext context;

    /// Columns of the current member.
    private List<String> names;

    private boolean started;
    private boolean ended;

    /// Ordinal of the row last read or refused.
    private long ordinal;

    /// @param names columns of the file; those of the schema until a header says otherwise
    /// @param header whether each member starts with a header
    /// @param cut whether the file goes on after the range
    DelimitedReader(
            RowSource rows,
            Schema schema,
            int[] columns,
            List<String> names,
            boolean header,
            boolean cut,
            ReadContext context) {
        this.rows = rows;
        this.buffer = rows.buffer();
        this.parser = rows.parser();
        this.schema = schema;
        this.columns = columns.clone();
        this.names = names;
        this.header = header;
        this.cut = cut;
        this.context = context;
    }

    @Override
    public boolean read(Batch batch) throws IOException {
        if (!started) {
            started = true;
            ended = !nextMember();
        }
        int count = ended ? 0 : fill(batch);
        for (int k = 0; k < columns.length; k++) {
            copyRepeated(batch, k, count);
        }
        batch.setFirstRow(ordinal - count + 1);
        batch.setRows(count);
        return count > 0;
    }

    private int fill(Batch batch) throws IOException {
        aim(batch);
        int capacity = batch.capacity();
        int count = 0;
        long bytes = 0;
        // A row's fields are never longer than the row, so counting what is read is enough to stop in time.
        while (count < capacity && bytes < Batch.FULL_BYTES) {
            switch (parser.row(count)) {
                case ROW -> {
                    bytes += parser.next() - buffer.at;
                    count++;
                    ordinal++;
                    if (cut && parser.atEnd()) {
                        throw notDivisible();
                    }
                    rows.advance();
                }
                case BLANK -> rows.advance();
                case MORE -> more();
                case END -> {
                    if (!nextMember()) {
                        ended = true;
                        return count;
                    }
                    aim(batch);
                }
                case BAD -> {
                    if (count > 0) {
                        // The ordinals of a batch have no gaps: the row is refused at the start of the next one.
                        return count;
                    }
                    refuse(parser.flaw());
                    forget(batch);
                }
            }
        }
        return count;
    }

    private boolean nextMember() throws IOException {
        while (rows.nextMember()) {
            if (!header) {
                return true;
            }
            names = rows.columns();
            if (!names.isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /// Tells the parser which vector each column of the file goes to.
    private void aim(Batch batch) {
        @Nullable BytesVector[] targets = new BytesVector[names.size()];
        for (int k = 0; k < columns.length; k++) {
            targets[position(k)] = batch.bytes(first(k));
        }
        parser.into(targets);
    }

    /// Position in the file of the column that is `k`-th in the batch.
    private int position(int k) {
        String name = schema.field(columns[k]).name();
        if (columns[k] < names.size() && names.get(columns[k]).equals(name)) {
            return columns[k];
        }
        int found = names.indexOf(name);
        if (found < 0) {
            throw DataFaults.COLUMN_MISSING
                    .problem()
                    .at(rows.path())
                    .evidence("column", name)
                    .evidence("object", rows.path())
                    .evidence("columns", String.join(", ", names))
                    .exception();
        }
        return found;
    }

    /// The first place in the batch that asks for the same column.
    private int first(int k) {
        int first = 0;
        while (columns[first] != columns[k]) {
            first++;
        }
        return first;
    }

    private void copyRepeated(Batch batch, int k, int count) {
        int first = first(k);
        if (first == k) {
            return;
        }
        BytesVector from = batch.bytes(first);
        BytesVector to = batch.bytes(k);
        for (int row = 0; row < count; row++) {
            if (from.isNull(row)) {
                to.setNull(row);
            } else {
                int start = from.offsets()[row];
                to.set(row, from.data(), start, from.offsets()[row + 1] - start);
            }
        }
    }

    private void more() throws IOException {
        if (context.job().cancelled()) {
            throw new java.io.InterruptedIOException("cancelled");
        }
        if (buffer.fill()) {
            return;
        }
        Flaw flaw = new Flaw.Length(buffer.at, buffer.limit);
        if (parser.abandon(buffer.at, flaw) == RowParser.Outcome.MORE) {
            // Not even a line ends in so many bytes: there is nowhere to go on.
            throw rows.malformed(flaw, ordinal + 1);
        }
        refuse(flaw);
    }

    private void refuse(Flaw flaw) {
        if (cut && (flaw instanceof Flaw.Unclosed || parser.atEnd())) {
            throw notDivisible();
        }
        ordinal++;
        int length = Math.min(parser.next() - buffer.at, SHOWN);
        String content = new String(buffer.bytes, buffer.at, length, StandardCharsets.UTF_8).stripTrailing();
        context.refuse(
                new RefusedRow(ordinal, content, rows.malformed(flaw, ordinal).problem()));
        rows.advance();
    }

    /// Nulls that a refused row has left in the batch's first row.
    private void forget(Batch batch) {
        for (int k = 0; k < columns.length; k++) {
            batch.vector(k).nulls()[0] = 0;
        }
    }

    private RuntimeException notDivisible() {
        return DataFaults.TEXT_NOT_DIVISIBLE
                .problem()
                .at(rows.path())
                .evidence("path", rows.path())
                .exception();
    }

    @Override
    public long bytesRead() {
        return rows.bytesRead();
    }

    @Override
    public void close() {
        rows.close();
    }
}
