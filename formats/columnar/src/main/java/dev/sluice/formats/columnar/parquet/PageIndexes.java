package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import dev.sluice.data.spi.FileOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.BoundaryOrder;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.Statistics;

/// Where the pages of a file are and what is in them, for readers that look for few rows
/// (<https://github.com/apache/parquet-format/blob/master/PageIndex.md>). Kept until the end of the file, as long as
/// the memory has room: a chunk may be without.
final class PageIndexes {
    private static final ByteBuffer NO_VALUE = ByteBuffer.allocate(0);

    private final Reservation memory;
    private final List<Entry> entries = new ArrayList<>();

    /// @param column its ColumnIndex, empty where a page's bounds are not known
    /// @param offset its OffsetIndex
    private record Entry(ColumnChunk chunk, ByteBuffer column, ByteBuffer offset) {}

    PageIndexes(Reservation memory) {
        this.memory = memory;
    }

    /// Adds a chunk whose first data page is about to be written at `offset`.
    void add(ColumnChunk chunk, long offset, List<PageStore.Page> pages) {
        byte[] column = columnIndex(pages);
        byte[] where = Thrift.bytes(offsetIndex(offset, pages));
        long bytes = column.length + (long) where.length;
        if (memory.hasRoom(memory.limit() / 4)) {
            memory.take(bytes);
            entries.add(new Entry(chunk, ByteBuffer.wrap(column), ByteBuffer.wrap(where)));
        }
    }

    private static OffsetIndex offsetIndex(long offset, List<PageStore.Page> pages) {
        OffsetIndex index = new OffsetIndex(new ArrayList<>());
        long at = offset;
        long row = 0;
        for (PageStore.Page page : pages) {
            index.addToPage_locations(new PageLocation(at, page.size(), row));
            at += page.size();
            row += page.rows();
        }
        return index;
    }

    private static byte[] columnIndex(List<PageStore.Page> pages) {
        ColumnIndex index =
                new ColumnIndex(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), BoundaryOrder.UNORDERED);
        for (PageStore.Page page : pages) {
            Statistics range = page.range();
            boolean empty = range.getNull_count() == page.rows();
            if (!empty && !(range.isSetMin_value() && range.isSetMax_value())) {
                return new byte[0];
            }
            index.addToNull_pages(empty);
            index.addToMin_values(empty ? NO_VALUE : ByteBuffer.wrap(range.getMin_value()));
            index.addToMax_values(empty ? NO_VALUE : ByteBuffer.wrap(range.getMax_value()));
            index.addToNull_counts(range.getNull_count());
        }
        return Thrift.bytes(index);
    }

    /// Writes all of them behind the row groups and tells the chunks where they are.
    void writeTo(FileOutput output) throws IOException {
        for (Entry entry : entries) {
            int length = entry.column().remaining();
            if (length > 0) {
                entry.chunk().setColumn_index_offset(output.size()).setColumn_index_length(length);
                output.write(entry.column().array(), 0, length);
            }
        }
        for (Entry entry : entries) {
            int length = entry.offset().remaining();
            entry.chunk().setOffset_index_offset(output.size()).setOffset_index_length(length);
            output.write(entry.offset().array(), 0, length);
        }
    }
}
