package dev.sluice.ssis.engine.dataflow.rows;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Makes one run of bytes of the key columns of a row. Equal keys are equal bytes; with [Part#ordered] bytes compare
/// (unsigned) as the keys do, NULLs first. One thread; the bytes are in [#bytes()] up to [#length()] until the next
/// row.
public final class Keys {
    private final List<Part> parts;
    private byte[] bytes = new byte[64];
    private int length;
    private boolean anyNull;

    /// @param column place in the layout
    /// @param flags comparison flags of the data flow
    /// @param ordered whether order counts and not only equality
    public record Part(int column, boolean descending, int flags, boolean ordered) {
        public static Part equal(int column) {
            return new Part(column, false, 0, false);
        }
    }

    public Keys(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    public void read(Buffer buffer, int row) {
        length = 0;
        anyNull = false;
        for (Part part : parts) {
            int from = length;
            write(buffer.vector(part.column()), row, part);
            if (part.descending()) {
                for (int i = from; i < length; i++) {
                    bytes[i] = (byte) ~bytes[i];
                }
            }
        }
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    /// Whether any part of the key was NULL.
    public boolean anyNull() {
        return anyNull;
    }

    public byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    private void write(Vector vector, int row, Part part) {
        if (vector.isNull(row)) {
            anyNull = true;
            put((byte) 0);
            return;
        }
        put((byte) 1);
        switch (vector) {
            case IntVector v -> putLong(v.values()[row] ^ 0x8000_0000L, 4);
            case LongVector v ->
                putLong(
                        v.type().kind() == dev.sluice.data.batch.DataType.Kind.UINT64
                                ? v.values()[row]
                                : v.values()[row] ^ Long.MIN_VALUE,
                        8);
            case DoubleVector v -> {
                long bits = Double.doubleToLongBits(v.values()[row] + 0.0);
                putLong(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE, 8);
            }
            case WideVector v -> {
                putLong(v.high()[row] ^ Long.MIN_VALUE, 8);
                putLong(v.low()[row], 8);
            }
            case BytesVector v -> text(v, row, part);
        }
    }

    private void text(BytesVector v, int row, Part part) {
        boolean string = v.type().kind() == dev.sluice.data.batch.DataType.Kind.STRING;
        if (string && part.ordered()) {
            escaped(Collation.key(v.text(row), part.flags()));
        } else if (string && part.flags() != 0) {
            escaped(Collation.folded(v.text(row), part.flags()).getBytes(StandardCharsets.UTF_8));
        } else {
            int from = v.offsets()[row];
            escaped(v.data(), from, v.offsets()[row + 1]);
        }
    }

    private void escaped(byte[] value) {
        escaped(value, 0, value.length);
    }

    /// A zero byte inside is followed by 0xFF, so that the end (two zeros) is before every longer value.
    private void escaped(byte[] value, int from, int to) {
        room(2 * (to - from) + 2);
        for (int i = from; i < to; i++) {
            bytes[length++] = value[i];
            if (value[i] == 0) {
                bytes[length++] = (byte) 0xFF;
            }
        }
        bytes[length++] = 0;
        bytes[length++] = 0;
    }

    private void put(byte b) {
        room(1);
        bytes[length++] = b;
    }

    private void putLong(long value, int size) {
        room(size);
        for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    /// Compares two keys as [Part#ordered] promises.
    public static int compare(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, b);
    }
}
