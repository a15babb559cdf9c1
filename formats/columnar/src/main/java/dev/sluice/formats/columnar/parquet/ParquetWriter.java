package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Writer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.CompressionCodec;

/// Writes one Parquet file: batches become encoded columns in memory, a full row group goes to the file, the footer
/// last. A row group is full at 64 MB of values, at a million rows, or earlier when the job's memory budget is used
/// up.
final class ParquetWriter implements Writer {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    /// Memory of a job from which on a helper encodes too: its pages take some of it.
    private static final long HELPED = 64L << 20;

    /// When a row group is full.
    ///
    /// @param bytes of values before compression
    record RowGroupSize(long bytes, long rows) {
        static final RowGroupSize DEFAULT = new RowGroupSize(64L << 20, 1L << 20);
    }

    private final FileOutput output;
    private final RowGroupSize size;
    private final Reservation memory;
    private final List<Compressor> compressors = new ArrayList<>();
    private final PageIndexes indexes;
    private final FooterDraft footer;
    private final Workshop workshop;
    private final List<ColumnChunk> columns;
    private final Encoders encoders;
    private final int hands;
    private final long stored;
    private volatile boolean closed;
    private long groupRows;
    private long rows;

    ParquetWriter(FileOutput output, Schema schema, CompressionCodec codec, RowGroupSize size, JobContext job)
            throws IOException {
        this.output = output;
        this.size = size;
        this.memory = new Reservation(job.memory());
        this.indexes = new PageIndexes(memory);
        this.footer = new FooterDraft(schema, codec, indexes);
        // encoded bytes of a row group may take a quarter of the memory; several writers share a job
        this.stored = Math.max(1 << 20, memory.limit() / 4);
        try {
            this.workshop = workshop(codec, schema.size());
            this.columns = schema.fields().stream()
                    .map((Field field) -> ColumnChunk.of(field, workshop))
                    .toList();
            boolean helped = schema.size() > 1
                    && memory.limit() >= HELPED
                    && Runtime.getRuntime().availableProcessors() > 1;
            this.hands = helped ? 2 : 1;
            this.encoders = new Encoders(columns, workshop, helped ? workshop(codec, schema.size()) : null);
            output.write(MAGIC, 0, MAGIC.length);
        } catch (RuntimeException | IOException e) {
            release();
            throw e;
        }
    }

    private Workshop workshop(CompressionCodec codec, int columns) {
        Compressor compressor = Compressor.of(codec);
        compressors.add(compressor);
        return Workshop.of(memory, compressor, columns);
    }

    @Override
    public void write(Batch batch) throws IOException {
        for (int from = 0; from < batch.rows(); from += Workshop.SEGMENT_ROWS) {
            int count = Math.min(Workshop.SEGMENT_ROWS, batch.rows() - from);
            if (groupRows > 0 && (isFull(count) || !memory.hasRoom(need(batch, from, count)))) {
                closeRowGroup();
            }
            int first = from;
            encoders.all((column, place) -> column.add(batch.vector(place), first, count, batch.firstRow()));
            groupRows += count;
        }
    }

    private boolean isFull(int more) {
        long raw = 0;
        long kept = 0;
        for (ColumnChunk column : columns) {
            raw += column.rawBytes();
            kept += column.pages.storedBytes();
        }
        return raw >= size.bytes() || kept >= stored || groupRows + more > size.rows();
    }

    /// Bytes that adding the rows and then closing a page may take: buffers grow by copying, a page is assembled and
    /// packed.
    private long need(Batch batch, int from, int count) {
        long bytes = 4L * hands * workshop.pageBytes();
        for (int c = 0; c < batch.schema().size(); c++) {
            Vector vector = batch.vector(c);
            bytes += vector.type().isBytes()
                    ? 2L
                            * (batch.bytes(c).offsets()[from + count]
                                    - batch.bytes(c).offsets()[from]
                                    + 4L * count)
                    : 32L * count;
        }
        return bytes;
    }

    private void closeRowGroup() throws IOException {
        footer.beginRowGroup(output.size(), groupRows);
        boolean ahead = memory.hasRoom(2L * (columns.size() + hands) * workshop.pageBytes());
        if (ahead) {
            encoders.all((column, place) -> column.finish());
        }
        for (ColumnChunk column : columns) {
            if (!ahead) {
                column.finish();
            }
            footer.addChunk(output.size(), groupRows, column);
            column.pages.drainTo(output);
        }
        rows += groupRows;
        groupRows = 0;
    }

    @Override
    public void finish() throws IOException {
        if (groupRows > 0) {
            closeRowGroup();
        }
        indexes.writeTo(output);
        byte[] end = footer.bytes(rows);
        byte[] tail = new byte[8];
        LittleEndian.putInt(tail, 0, end.length);
        System.arraycopy(MAGIC, 0, tail, 4, 4);
        output.write(end, 0, end.length);
        output.write(tail, 0, tail.length);
        output.finish();
    }

    @Override
    public long bytesWritten() {
        return output.size();
    }

    /// Gives memory back, the budget's and the codec's (which waits until a page being packed is done).
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release();
        }
    }

    private void release() {
        memory.close();
        if (encoders != null) {
            encoders.close();
        }
        compressors.forEach(Compressor::close);
    }
}
