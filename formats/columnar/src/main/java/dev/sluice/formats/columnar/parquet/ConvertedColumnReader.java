package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.data.spi.FilePlace;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.Type;

/// Numbers and times that Parquet holds as bytes: DECIMAL, INT96 timestamps, half-precision floats, intervals.
final class ConvertedColumnReader extends ColumnReader {
    private static final long MILLIS_PER_DAY = 86_400_000;

    private final ByteValues values;
    private final int[] offsets = new int[Indexes.PORTION + 1];
    private final Bytes portion;

    ConvertedColumnReader(
            FilePlace file, FileFooter.Column column, Reservation memory, PageBody body, ChunkInput nothing) {
        super(file, column, memory, body, nothing);
        this.values = new ByteValues(column.physical() == Type.INT96 ? 12 : column.length(), memory);
        this.portion = new Bytes(memory);
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
    void readValues(Vector vector, int row, int count) {
        for (int done = 0; done < count; done += Indexes.PORTION) {
            int n = Math.min(Indexes.PORTION, count - done);
            portion.size = 0;
            values.read(n, offsets, 0, (at, length) -> {
                portion.size = at;
                return portion.room(length);
            });
            convert(vector, row + done, n);
        }
    }

    private void convert(Vector vector, int row, int count) {
        byte[] bytes = portion.array;
        switch (vector) {
            case LongVector v -> {
                for (int i = 0; i < count; i++) {
                    v.values()[row + i] = toLong(bytes, offsets[i], offsets[i + 1] - offsets[i]);
                }
            }
            case WideVector v -> {
                for (int i = 0; i < count; i++) {
                    int from = Math.max(offsets[i], offsets[i + 1] - 16);
                    int middle = Math.max(from, offsets[i + 1] - 8);
                    v.low()[row + i] = signed(bytes, middle, offsets[i + 1]);
                    v.high()[row + i] = from == middle ? v.low()[row + i] >> 63 : signed(bytes, from, middle);
                    excess(bytes, offsets[i], from, v.high()[row + i]);
                }
            }
            case DoubleVector v -> {
                for (int i = 0; i < count; i++) {
                    v.values()[row + i] =
                            Float.float16ToFloat((short) (bytes[offsets[i]] & 0xff | bytes[offsets[i] + 1] << 8));
                }
            }
            default -> throw new IllegalArgumentException(vector.type() + " from bytes");
        }
    }

    private long toLong(byte[] bytes, int from, int length) {
        if (column.physical() == Type.INT96) {
            return Int96.ticks(bytes, from);
        }
        return switch (column.type().kind()) {
            case DURATION -> interval(bytes, from);
            default -> {
                int end = from + length;
                int start = Math.max(from, end - 8);
                long value = signed(bytes, start, end);
                excess(bytes, from, start, value);
                yield value;
            }
        };
    }

    /// Months, days and milliseconds; a month has no length, so there must not be any.
    private static long interval(byte[] bytes, int from) {
        int months = LittleEndian.getInt(bytes, from);
        if (months != 0) {
            throw new CorruptData("an interval of " + months + " months has no fixed length");
        }
        return (LittleEndian.getInt(bytes, from + 4) & 0xffffffffL) * MILLIS_PER_DAY
                + (LittleEndian.getInt(bytes, from + 8) & 0xffffffffL);
    }

    /// At most eight bytes of two's complement, highest first; none is 0.
    private static long signed(byte[] bytes, int from, int to) {
        long value = from < to ? bytes[from] : 0;
        for (int i = from + 1; i < to; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        return value;
    }

    /// Bytes in front of those taken must only repeat the sign.
    private void excess(byte[] bytes, int from, int to, long taken) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != (byte) (taken >> 63)) {
                throw new CorruptData("a number larger than " + column.type());
            }
        }
    }

    @Override
    void spread(Vector vector, int row, int count, int present) {
        byte[] nulls = vector.nulls();
        int from = row + present;
        for (int i = row + count - 1; i >= row && from <= i; i--) {
            if (nulls[i] == 0) {
                from--;
                switch (vector) {
                    case LongVector v -> v.values()[i] = v.values()[from];
                    case DoubleVector v -> v.values()[i] = v.values()[from];
                    case WideVector v -> {
                        v.high()[i] = v.high()[from];
                        v.low()[i] = v.low()[from];
                    }
                    default -> throw new IllegalArgumentException(vector.type() + " from bytes");
                }
            }
        }
    }
}
