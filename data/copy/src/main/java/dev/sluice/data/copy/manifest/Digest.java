package dev.sluice.data.copy.manifest;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Sums up the rows of one stream and cuts them into chunks. For one thread; the arrays it keeps are those of its
/// columns, some kilobytes.
public final class Digest {
    /// Rows of a chunk: where a difference is to be looked for.
    public static final long CHUNK_ROWS = 1_000_000;

    private final Schema schema;
    private final String place;
    private final List<Chunk> chunks = new ArrayList<>();
    private ColumnDigest[] columns;
    private long[] rowSums = new long[Batch.DEFAULT_ROWS];
    private long firstRow = 1;
    private long rows;
    private long rowSum;

    /// @param place what the rows are in: a file's path, a table
    public Digest(Schema schema, String place) {
        this.schema = schema;
        this.place = place;
        this.columns = fresh();
    }

    private ColumnDigest[] fresh() {
        ColumnDigest[] digests = new ColumnDigest[schema.size()];
        for (int i = 0; i < digests.length; i++) {
            digests[i] = new ColumnDigest(schema.field(i).type(), i);
        }
        return digests;
    }

    /// Takes all rows of a batch of the schema.
    public void add(Batch batch) {
        int from = 0;
        while (from < batch.rows()) {
            int to = (int) Math.min(batch.rows(), from + CHUNK_ROWS - rows);
            add(batch, from, to);
            from = to;
            if (rows == CHUNK_ROWS) {
                cut();
            }
        }
    }

    private void add(Batch batch, int from, int to) {
        int count = to - from;
        if (rowSums.length < count) {
            rowSums = new long[batch.capacity()];
        }
        Arrays.fill(rowSums, 0, count, 0);
        for (int i = 0; i < columns.length; i++) {
            columns[i].add(batch.vector(i), from, to, rowSums);
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += Hash128.first(rowSums[i]);
        }
        rowSum += sum;
        rows += count;
    }

    private void cut() {
        List<ColumnSum> sums = new ArrayList<>(columns.length);
        for (ColumnDigest column : columns) {
            sums.add(column.sum());
        }
        chunks.add(new Chunk(place, firstRow, rows, -1, rowSum, sums));
        firstRow += rows;
        rows = 0;
        rowSum = 0;
        columns = fresh();
    }

    /// The chunks of everything taken; at least one.
    ///
    /// @param bytes of the whole place, as stored or sent; told by its first chunk; -1 when not known
    public List<Chunk> end(long bytes) {
        if (rows > 0 || chunks.isEmpty()) {
            cut();
        }
        chunks.set(0, chunks.getFirst().withBytes(bytes));
        return List.copyOf(chunks);
    }
}
