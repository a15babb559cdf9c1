package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Reader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Type;

/// Reads some row groups of a file, the wanted columns only.
final class ParquetReader implements Reader {
    /// Bytes in one row that is read at once, at most, of a column of varying length.
    private static final int STEP_BYTES = Batch.FULL_BYTES;

    private static final FileFooter.Chunk NOTHING = new FileFooter.Chunk(4, 0, 0, CompressionCodec.UNCOMPRESSED);

    private final FileInput file;
    private final FileFooter footer;
    private final List<FileFooter.Group> groups;
    private final List<Integer> places;
    private final Reservation memory;
    private final Decompressors decompressors = new Decompressors();
    private final RowGroupFetch fetch;
    private final List<ColumnReader> columns = new ArrayList<>();
    private final List<ColumnReader> varying = new ArrayList<>();
    private final long before;
    private volatile boolean closed;
    private int nextGroup;
    private long rowsLeft;
    private long nextRow = 1;

    /// @param places the file's columns in the order of the batch
    ParquetReader(
            FileInput file, FileFooter footer, List<FileFooter.Group> groups, List<Integer> places, JobContext job) {
        this.file = file;
        this.footer = footer;
        this.groups = groups;
        this.places = places;
        this.before = file.bytesRead();
        this.memory = new Reservation(job.memory());
        this.fetch = new RowGroupFetch(file, memory, places.size());
    }

    @Override
    public boolean read(Batch batch) throws IOException {
        if (columns.isEmpty()) {
            for (int i = 0; i < places.size(); i++) {
                addColumn(
                        footer.columns().get(places.get(i)),
                        batch.schema().field(i).type());
            }
        }
        int count = 0;
        while (!batch.isFull(count)) {
            if (rowsLeft == 0) {
                // a batch's rows follow each other in the file; row groups that are not neighbours end it
                if (nextGroup == groups.size()
                        || count > 0 && groups.get(nextGroup).firstRow() != nextRow) {
                    break;
                }
                nextRowGroup();
            }
            if (count == 0) {
                batch.setFirstRow(nextRow);
            }
            int rows = (int) Math.min(batch.capacity() - count, rowsLeft);
            for (ColumnReader column : varying) {
                rows = column.fit(rows, STEP_BYTES);
            }
            for (int c = 0; c < columns.size(); c++) {
                columns.get(c).read(batch.vector(c), count, rows);
            }
            count += rows;
            rowsLeft -= rows;
            nextRow += rows;
        }
        batch.setRows(count);
        return count > 0;
    }

    private void addColumn(FileFooter.Column column, DataType wanted) {
        ColumnReader reader = columnReader(footer, column, wanted, file, memory);
        columns.add(reader);
        if (reader instanceof BytesColumnReader) {
            varying.add(reader);
        }
    }

    /// What reads the column's values into vectors of that type.
    static ColumnReader columnReader(
            FileFooter footer, FileFooter.Column column, DataType wanted, FileInput file, Reservation memory) {
        PageBody body = new PageBody(memory);
        ChunkInput nothing = ChunkInput.windowed(file, memory, 0, NOTHING);
        return switch (column.physical()) {
            case BOOLEAN -> new IntColumnReader(footer.file(), column, memory, body, nothing);
            case INT32 ->
                isInt(wanted)
                        ? new IntColumnReader(footer.file(), column, memory, body, nothing)
                        : new LongColumnReader(footer.file(), column, memory, body, nothing);
            case INT64 -> new LongColumnReader(footer.file(), column, memory, body, nothing);
            case FLOAT, DOUBLE -> new DoubleColumnReader(footer.file(), column, memory, body, nothing);
            case INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
                column.physical() != Type.INT96 && column.type().isBytes()
                        ? new BytesColumnReader(footer.file(), column, memory, body, nothing)
                        : new ConvertedColumnReader(footer.file(), column, memory, body, nothing);
        };
    }

    private static boolean isInt(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN, INT8, UINT8, INT16, UINT16, INT32, DATE -> true;
            default -> false;
        };
    }

    private void nextRowGroup() throws IOException {
        FileFooter.Group group = groups.get(nextGroup++);
        List<FileFooter.Chunk> chunks =
                places.stream().map(p -> group.chunks().get(p)).toList();
        fetch.open(columns, chunks, decompressors);
        rowsLeft = group.rows();
        nextRow = group.firstRow();
    }

    @Override
    public long bytesRead() {
        return file.bytesRead() - before;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            memory.close();
            decompressors.close();
        }
    }
}
