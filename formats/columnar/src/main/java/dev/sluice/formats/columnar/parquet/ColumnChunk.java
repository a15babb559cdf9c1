package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Vector;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Statistics;

/// One column of the row group being written: takes values from vectors, closes a page when it is large enough, and
/// keeps the pages until the row group is complete. Used again for the next row group.
abstract sealed class ColumnChunk permits NumberChunk, BytesChunk, BooleanChunk {
    /// Of the thread that works on the column now.
    Workshop workshop;

    final PageStore pages;
    private final Field field;
    private final PresenceRuns presence;
    private long nullCount;

    ColumnChunk(Field field, Workshop workshop) {
        this.field = field;
        this.workshop = workshop;
        this.pages = new PageStore(workshop);
        this.presence = new PresenceRuns(workshop.memory());
    }

    static ColumnChunk of(Field field, Workshop workshop) {
        return switch (WrittenTypes.physical(field.type())) {
            case BOOLEAN -> new BooleanChunk(field, workshop);
            case INT32, INT64, FLOAT, DOUBLE -> new NumberChunk(field, workshop);
            case INT96, BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> new BytesChunk(field, workshop);
        };
    }

    /// Before another thread works on the column, with its own tools.
    final void use(Workshop other) {
        workshop = other;
        pages.use(other);
    }

    /// Adds rows `[from, from + count)`, at most [Workshop#SEGMENT_ROWS].
    ///
    /// @param firstRow ordinal of the vector's first row, for messages
    final void add(Vector vector, int from, int count, long firstRow) throws IOException {
        int at = from;
        while (at < from + count) {
            int rows = segment(vector, at, from + count - at);
            int present = rows;
            if (vector.hasNulls()) {
                present = presence.add(vector.nulls(), at, rows);
                if (present < rows && !field.nullable()) {
                    throw nullRefused(vector, at, firstRow);
                }
            } else {
                presence.addPresent(rows);
            }
            append(vector, at, rows, present);
            at += rows;
            if (presence.rows() + Workshop.SEGMENT_ROWS > workshop.pageRows()
                    || pendingBytes() >= workshop.pageBytes()) {
                closePage();
            }
        }
    }

    private RuntimeException nullRefused(Vector vector, int from, long firstRow) {
        int row = from;
        while (!vector.isNull(row)) {
            row++;
        }
        return DataFaults.NULL_REFUSED
                .problem()
                .at("row " + (firstRow + row) + ", column " + field.name())
                .evidence("column", field.name())
                .evidence("object", "the Parquet file")
                .evidence("row", firstRow + row)
                .exception();
    }

    /// How many of the rows may be added before the page should be looked at.
    int segment(Vector vector, int from, int count) {
        return count;
    }

    /// Adds the rows' values; `present` of them are not null.
    abstract void append(Vector vector, int from, int count, int present);

    /// Bytes of values in the open page, before encoding.
    abstract long pendingBytes();

    /// Appends the open page's values and starts anew.
    abstract Encoding encodeValues(Bytes page);

    final void closePage() throws IOException {
        int rows = presence.rows();
        if (rows == 0) {
            return;
        }
        int nulls = presence.nulls();
        nullCount += nulls;
        Bytes page = workshop.page();
        page.size = 0;
        if (field.nullable()) {
            presence.drainTo(page);
        } else {
            presence.clear();
        }
        Encoding encoding = encodeValues(page);
        Statistics range = new Statistics().setNull_count(nulls);
        drainPageRange(range);
        pages.addData(page, rows, encoding, range);
    }

    /// Closes the last page and the dictionary.
    void finish() throws IOException {
        closePage();
    }

    /// The finished chunk's statistics, and starts anew.
    final Statistics drainStatistics() {
        Statistics statistics = new Statistics().setNull_count(nullCount);
        nullCount = 0;
        drainRange(statistics);
        return statistics;
    }

    /// Sets smallest and largest value of the page that was encoded, and forgets them.
    abstract void drainPageRange(Statistics statistics);

    /// Sets smallest and largest value of all pages if there are any, and forgets them.
    abstract void drainRange(Statistics statistics);

    /// Bytes added since the row group began, before compression.
    final long rawBytes() {
        return pages.bodyBytes() + pendingBytes();
    }
}
