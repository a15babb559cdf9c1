package dev.sluice.ssis.engine.dataflow.script;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.ssis.engine.dataflow.flow.Codes;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.CodePages;
import dev.sluice.ssis.engine.dataflow.rows.Column;
import dev.sluice.ssis.engine.dataflow.rows.Storage;
import dev.sluice.ssis.engine.expression.SsisType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Columns in frames: a mark (0 missing, 1 there), the NULLs and the values as arrays.
final class ColumnFrames {
    private ColumnFrames() {}

    /// How a script holds values of a type: I 32 bits, L 64 bits, D double, W 128 bits, B bytes.
    static char form(SsisType type) {
        return switch (Storage.vector(type, 1)) {
            case IntVector v -> 'I';
            case LongVector v -> 'L';
            case DoubleVector v -> 'D';
            case WideVector v -> 'W';
            case BytesVector v -> 'B';
        };
    }

    /// Bytes that a column takes.
    static int size(Vector vector, int rows) {
        int nulls = 1 + rows;
        return nulls
                + switch (vector) {
                    case IntVector v -> 4 * rows;
                    case LongVector v -> 8 * rows;
                    case DoubleVector v -> 8 * rows;
                    case WideVector v -> 16 * rows;
                    case BytesVector v -> 4 * (rows + 1) + v.offsets()[rows];
                };
    }

    static void put(ByteBuffer to, Vector vector, int rows) {
        boolean nulls = vector.hasNulls();
        to.put((byte) (nulls ? 1 : 0));
        if (nulls) {
            to.put(vector.nulls(), 0, rows);
        }
        switch (vector) {
            case IntVector v -> ints(to, v.values(), rows);
            case LongVector v -> longs(to, v.values(), rows);
            case DoubleVector v -> {
                to.asDoubleBuffer().put(v.values(), 0, rows);
                to.position(to.position() + 8 * rows);
            }
            case WideVector v -> {
                longs(to, v.high(), rows);
                longs(to, v.low(), rows);
            }
            case BytesVector v -> {
                ints(to, v.offsets(), rows + 1);
                to.put(v.data(), 0, v.offsets()[rows]);
            }
        }
    }

    private static void ints(ByteBuffer to, int[] values, int count) {
        to.asIntBuffer().put(values, 0, count);
        to.position(to.position() + 4 * count);
    }

    private static void longs(ByteBuffer to, long[] values, int count) {
        to.asLongBuffer().put(values, 0, count);
        to.position(to.position() + 8 * count);
    }

    /// The next column of a frame; null when the script has not touched it.
    static @Nullable Vector take(ByteBuffer from, Column column, int rows, Wiring wiring) {
        if (from.get() == 0) {
            return null;
        }
        byte[] nulls = new byte[rows];
        from.get(nulls);
        Vector vector = Storage.vector(column.type(), rows);
        switch (vector) {
            case IntVector v -> {
                from.asIntBuffer().get(v.values(), 0, rows);
                from.position(from.position() + 4 * rows);
            }
            case LongVector v -> readLongs(from, v.values(), rows);
            case DoubleVector v -> {
                from.asDoubleBuffer().get(v.values(), 0, rows);
                from.position(from.position() + 8 * rows);
            }
            case WideVector v -> {
                readLongs(from, v.high(), rows);
                readLongs(from, v.low(), rows);
            }
            case BytesVector v -> bytes(from, v, nulls, column, rows, wiring);
        }
        for (int row = 0; row < rows; row++) {
            if (nulls[row] != 0 && !(vector instanceof BytesVector)) {
                vector.setNull(row);
            }
        }
        return vector;
    }

    private static void readLongs(ByteBuffer from, long[] values, int rows) {
        from.asLongBuffer().get(values, 0, rows);
        from.position(from.position() + 8 * rows);
    }

    private static void bytes(ByteBuffer from, BytesVector to, byte[] nulls, Column column, int rows, Wiring wiring) {
        int[] ends = new int[rows + 1];
        from.asIntBuffer().get(ends, 0, rows + 1);
        int start = from.position() + 4 * (rows + 1);
        boolean narrow = column.type().kind() == SsisType.Kind.STR;
        for (int row = 0; row < rows; row++) {
            if (nulls[row] != 0) {
                to.setNull(row);
                continue;
            }
            int at = start + ends[row];
            int length = ends[row + 1] - ends[row];
            if (narrow && !ascii(from.array(), at, length)) {
                to.set(row, fitted(new String(from.array(), at, length, StandardCharsets.UTF_8), column, wiring));
            } else {
                to.set(row, from.array(), at, length);
            }
        }
        from.position(start + ends[rows]);
    }

    private static boolean ascii(byte[] bytes, int at, int length) {
        for (int i = at; i < at + length; i++) {
            if (bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /// A text of a code page has its length in bytes of that.
    private static String fitted(String text, Column column, Wiring wiring) {
        CodePages.Fitted fitted =
                CodePages.fit(text, column.type().length(), column.type().codePage());
        if (!fitted.whole()) {
            throw wiring.failed(
                    "the script set the column '" + column.name() + "' to a text that does not fit in " + column.type(),
                    Codes.FAILED_ON_TRUNCATION);
        }
        return fitted.text();
    }
}
