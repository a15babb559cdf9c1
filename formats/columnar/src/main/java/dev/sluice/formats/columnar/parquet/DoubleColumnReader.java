package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.FilePlace;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/// FLOAT and DOUBLE into a [DoubleVector].
final class DoubleColumnReader extends ColumnReader {
    private final int width;
    private final Indexes indexes = new Indexes();
    private double[] dictionary = {};
    private long paid;
    private boolean indexed;
    private byte[] bytes = {};
    private int at;
    private int end;

    DoubleColumnReader(
            FilePlace file, FileFooter.Column column, Reservation memory, PageBody body, ChunkInput nothing) {
        super(file, column, memory, body, nothing);
        this.width = column.physical() == Type.FLOAT ? 4 : 8;
    }

    @Override
    void readDictionary(byte[] source, int from, int to, int count) {
        if (count < 0 || (long) count * width > to - from) {
            throw new CorruptData("a dictionary of " + count + " entries in " + (to - from) + " bytes");
        }
        memory.take(count * 8L);
        memory.give(paid);
        paid = count * 8L;
        dictionary = new double[count];
        copy(source, from, dictionary, 0, count);
    }

    private void copy(byte[] source, int from, double[] into, int row, int count) {
        if (width == 8) {
            for (int i = 0, p = from; i < count; i++, p += 8) {
                into[row + i] = Double.longBitsToDouble(LittleEndian.getLong(source, p));
            }
        } else {
            for (int i = 0, p = from; i < count; i++, p += 4) {
                into[row + i] = Float.intBitsToFloat(LittleEndian.getInt(source, p));
            }
        }
    }

    @Override
    void startPlain(byte[] source, int from, int to) {
        indexed = false;
        bytes = source;
        at = from;
        end = to;
    }

    @Override
    void startIndexes(byte[] source, int from, int to, int bits) {
        indexed = true;
        indexes.start(source, from, to, bits);
    }

    @Override
    void startOther(Encoding encoding, byte[] source, int from, int to) {
        throw notRead(encoding);
    }

    @Override
    void readValues(Vector vector, int row, int count) {
        double[] into = ((DoubleVector) vector).values();
        if (!indexed) {
            if ((long) count * width > end - at) {
                throw new CorruptData("fewer values than the page has rows");
            }
            copy(bytes, at, into, row, count);
            at += count * width;
            return;
        }
        double[] entries = dictionary;
        for (int done = 0; done < count; done += Indexes.PORTION) {
            int n = Math.min(Indexes.PORTION, count - done);
            int[] index = indexes.read(n, entries.length);
            for (int i = 0; i < n; i++) {
                into[row + done + i] = entries[index[i]];
            }
        }
    }

    @Override
    void spread(Vector vector, int row, int count, int present) {
        double[] values = ((DoubleVector) vector).values();
        byte[] nulls = vector.nulls();
        int from = row + present;
        for (int i = row + count - 1; i >= row && from <= i; i--) {
            if (nulls[i] == 0) {
                values[i] = values[--from];
            }
        }
    }
}
