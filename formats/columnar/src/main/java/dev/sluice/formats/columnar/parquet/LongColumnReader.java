package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.FilePlace;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/// INT32 and INT64 into a [LongVector].
final class LongColumnReader extends ColumnReader {
    private static final long SECONDS_PER_DAY = 86_400;

    private enum Mode {
        PLAIN,
        INDEXES,
        DELTA
    }

    private final int width;
    private final boolean unsigned;
    private final boolean nanosToTicks;
    /// Most units of a TIME; a whole day stands for 24:00. -1 for other types.
    private final long day;
    private final Indexes indexes = new Indexes();
    private final DeltaDecoder delta = new DeltaDecoder();
    private long[] dictionary = {};
    private long paid;
    private Mode mode = Mode.PLAIN;
    private byte[] bytes = {};
    private int at;
    private int end;

    LongColumnReader(FilePlace file, FileFooter.Column column, Reservation memory, PageBody body, ChunkInput nothing) {
        super(file, column, memory, body, nothing);
        this.width = column.physical() == Type.INT32 ? 4 : 8;
        this.unsigned = column.type().kind() == DataType.Kind.UINT32;
        this.nanosToTicks = column.type().equals(DataType.time(7));
        this.day = column.type().kind() == DataType.Kind.TIME
                ? SECONDS_PER_DAY * column.type().unitsPerSecond()
                : -1;
    }

    @Override
    void readDictionary(byte[] source, int from, int to, int count) {
        if (count < 0 || (long) count * width > to - from) {
            throw new CorruptData("a dictionary of " + count + " entries in " + (to - from) + " bytes");
        }
        memory.take(count * 8L);
        memory.give(paid);
        paid = count * 8L;
        dictionary = new long[count];
        copy(source, from, dictionary, 0, count);
    }

    private void copy(byte[] source, int from, long[] into, int row, int count) {
        if (width == 8) {
            for (int i = 0, p = from; i < count; i++, p += 8) {
                into[row + i] = LittleEndian.getLong(source, p);
            }
        } else {
            for (int i = 0, p = from; i < count; i++, p += 4) {
                into[row + i] = LittleEndian.getInt(source, p);
            }
        }
    }

    @Override
    void startPlain(byte[] source, int from, int to) {
        mode = Mode.PLAIN;
        bytes = source;
        at = from;
        end = to;
    }

    @Override
    void startIndexes(byte[] source, int from, int to, int bits) {
        mode = Mode.INDEXES;
        indexes.start(source, from, to, bits);
    }

    @Override
    void startOther(Encoding encoding, byte[] source, int from, int to) {
        if (encoding != Encoding.DELTA_BINARY_PACKED) {
            throw notRead(encoding);
        }
        mode = Mode.DELTA;
        delta.start(source, from, to);
    }

    @Override
    void readValues(Vector vector, int row, int count) {
        long[] into = ((LongVector) vector).values();
        switch (mode) {
            case PLAIN -> {
                if ((long) count * width > end - at) {
                    throw new CorruptData("fewer values than the page has rows");
                }
                copy(bytes, at, into, row, count);
                at += count * width;
            }
            case INDEXES -> readIndexed(into, row, count);
            case DELTA -> {
                delta.read(into, row, count);
                if (width == 4) {
                    // differences wrap at 32 bits
                    for (int i = row; i < row + count; i++) {
                        into[i] = (int) into[i];
                    }
                }
            }
        }
        if (unsigned) {
            for (int i = row; i < row + count; i++) {
                into[i] &= 0xffffffffL;
            }
        }
        if (nanosToTicks) {
            for (int i = row; i < row + count; i++) {
                into[i] /= 100;
            }
        }
        if (day >= 0) {
            check(into, row, count);
        }
    }

    private void check(long[] values, int row, int count) {
        for (int i = row; i < row + count; i++) {
            if (values[i] < 0 || values[i] > day) {
                throw new CorruptData(values[i] + " is no time of a day in units of " + column.type());
            }
        }
    }

    private void readIndexed(long[] into, int row, int count) {
        long[] entries = dictionary;
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
        long[] values = ((LongVector) vector).values();
        byte[] nulls = vector.nulls();
        int from = row + present;
        for (int i = row + count - 1; i >= row && from <= i; i--) {
            if (nulls[i] == 0) {
                values[i] = values[--from];
            }
        }
    }
}
