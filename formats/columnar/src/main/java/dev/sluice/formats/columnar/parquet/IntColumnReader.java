package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.FilePlace;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/// BOOLEAN and INT32 into an [IntVector].
final class IntColumnReader extends ColumnReader {
    private enum Mode {
        BITS,
        PLAIN,
        INDEXES,
        RUNS,
        DELTA
    }

    private final boolean isBoolean;
    private final int min;
    private final int max;
    private final Indexes indexes = new Indexes();
    private final HybridDecoder runs = new HybridDecoder();
    private final DeltaDecoder delta = new DeltaDecoder();
    private final long[] portion = new long[Indexes.PORTION];
    private int[] dictionary = {};
    private long paid;
    private Mode mode = Mode.PLAIN;
    private byte[] bytes = {};
    private int at;
    private int end;
    private int bit;

    IntColumnReader(FilePlace file, FileFooter.Column column, Reservation memory, PageBody body, ChunkInput nothing) {
        super(file, column, memory, body, nothing);
        this.isBoolean = column.physical() == Type.BOOLEAN;
        DataType.Kind kind = column.type().kind();
        this.min = switch (kind) {
            case INT8 -> Byte.MIN_VALUE;
            case INT16 -> Short.MIN_VALUE;
            case UINT8, UINT16, BOOLEAN -> 0;
            default -> Integer.MIN_VALUE;
        };
        this.max = switch (kind) {
            case INT8 -> Byte.MAX_VALUE;
            case INT16 -> Short.MAX_VALUE;
            case UINT8 -> 0xff;
            case UINT16 -> 0xffff;
            case BOOLEAN -> 1;
            default -> Integer.MAX_VALUE;
        };
    }

    @Override
    void readDictionary(byte[] source, int from, int to, int count) {
        if (isBoolean || count < 0 || (long) count * 4 > to - from) {
            throw new CorruptData("a dictionary of " + count + " entries in " + (to - from) + " bytes");
        }
        memory.take(count * 4L);
        memory.give(paid);
        paid = count * 4L;
        dictionary = new int[count];
        for (int i = 0; i < count; i++) {
            dictionary[i] = LittleEndian.getInt(source, from + i * 4);
        }
    }

    @Override
    void startPlain(byte[] source, int from, int to) {
        mode = isBoolean ? Mode.BITS : Mode.PLAIN;
        bytes = source;
        at = from;
        end = to;
        bit = 0;
    }

    @Override
    void startIndexes(byte[] source, int from, int to, int width) {
        mode = Mode.INDEXES;
        indexes.start(source, from, to, width);
    }

    @Override
    void startOther(Encoding encoding, byte[] source, int from, int to) {
        if (encoding == Encoding.RLE && isBoolean) {
            mode = Mode.RUNS;
            int length = to - from < 4 ? -1 : LittleEndian.getInt(source, from);
            if (length < 0 || length > to - from - 4) {
                throw new CorruptData("runs of " + length + " bytes");
            }
            runs.start(source, from + 4, from + 4 + length, 1);
        } else if (encoding == Encoding.DELTA_BINARY_PACKED && !isBoolean) {
            mode = Mode.DELTA;
            delta.start(source, from, to);
        } else {
            throw notRead(encoding);
        }
    }

    @Override
    void readValues(Vector vector, int row, int count) {
        int[] into = ((IntVector) vector).values();
        switch (mode) {
            case BITS -> readBits(into, row, count);
            case PLAIN -> readPlain(into, row, count);
            case RUNS -> runs.read(into, row, count);
            case INDEXES -> readIndexed(into, row, count);
            case DELTA -> readDelta(into, row, count);
        }
        if (min > Integer.MIN_VALUE) {
            check(into, row, count);
        }
    }

    private void readBits(int[] into, int row, int count) {
        if ((bit + (long) count + 7) / 8 > end - at) {
            throw new CorruptData("fewer values than the page has rows");
        }
        for (int i = 0; i < count; i++, bit++) {
            into[row + i] = bytes[at + (bit >>> 3)] >>> (bit & 7) & 1;
        }
    }

    private void readPlain(int[] into, int row, int count) {
        if (count * 4L > end - at) {
            throw new CorruptData("fewer values than the page has rows");
        }
        byte[] source = bytes;
        for (int i = 0, p = at; i < count; i++, p += 4) {
            into[row + i] = LittleEndian.getInt(source, p);
        }
        at += count * 4;
    }

    private void readIndexed(int[] into, int row, int count) {
        int[] entries = dictionary;
        for (int done = 0; done < count; done += Indexes.PORTION) {
            int n = Math.min(Indexes.PORTION, count - done);
            int[] index = indexes.read(n, entries.length);
            for (int i = 0; i < n; i++) {
                into[row + done + i] = entries[index[i]];
            }
        }
    }

    private void readDelta(int[] into, int row, int count) {
        for (int done = 0; done < count; done += portion.length) {
            int n = Math.min(portion.length, count - done);
            delta.read(portion, 0, n);
            for (int i = 0; i < n; i++) {
                into[row + done + i] = (int) portion[i];
            }
        }
    }

    private void check(int[] values, int row, int count) {
        int low = 0;
        int high = 0;
        for (int i = row; i < row + count; i++) {
            low = Math.min(low, values[i]);
            high = Math.max(high, values[i]);
        }
        if (low < min || high > max) {
            throw new CorruptData("the value " + (low < min ? low : high) + " is no " + column.type());
        }
    }

    @Override
    void spread(Vector vector, int row, int count, int present) {
        int[] values = ((IntVector) vector).values();
        byte[] nulls = vector.nulls();
        int from = row + present;
        for (int i = row + count - 1; i >= row && from <= i; i--) {
            if (nulls[i] == 0) {
                values[i] = values[--from];
            }
        }
    }
}
