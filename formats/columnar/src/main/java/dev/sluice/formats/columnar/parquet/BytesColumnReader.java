package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.FilePlace;
import org.apache.parquet.format.Encoding;

/// BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY into a [BytesVector].
final class BytesColumnReader extends ColumnReader {
    private final ByteValues values;

    BytesColumnReader(FilePlace file, FileFooter.Column column, Reservation memory, PageBody body, ChunkInput nothing) {
        super(file, column, memory, body, nothing);
        this.values = new ByteValues(column.length(), memory);
    }

    @Override
    void readDictionary(byte[] bytes, int from, int to, int count) {
        values.readDictionary(bytes, from, to, count);
    }

    @Override
    void startPlain(byte[] bytes, int from, int to) {
        values.startPlain(bytes, from, to);
    }

    @Override
    void startIndexes(byte[] bytes, int from, int to, int width) {
        values.startIndexes(bytes, from, to, width);
    }

    @Override
    void startOther(Encoding encoding, byte[] bytes, int from, int to) {
        if (!values.startOther(encoding, bytes, from, to)) {
            throw notRead(encoding);
        }
    }

    @Override
    int fitValues(int count, int bytes) {
        return values.fit(count, bytes);
    }

    @Override
    void readValues(Vector vector, int row, int count) {
        BytesVector into = (BytesVector) vector;
        values.read(count, into.offsets(), row, into::reserve);
    }

    @Override
    void spread(Vector vector, int row, int count, int present) {
        int[] offsets = ((BytesVector) vector).offsets();
        byte[] nulls = vector.nulls();
        int from = row + present;
        for (int i = row + count; i > row; i--) {
            offsets[i] = offsets[from];
            from -= nulls[i - 1] == 0 ? 1 : 0;
        }
    }
}
