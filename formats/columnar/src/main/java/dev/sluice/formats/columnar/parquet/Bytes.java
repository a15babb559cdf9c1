package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import java.util.Arrays;

/// A growing run of bytes, paid for from a reservation.
final class Bytes {
    private static final int LARGEST = Integer.MAX_VALUE - 16;

    private final Reservation memory;
    /// Replaced when it grows: fetch it again after [#room].
    byte[] array = new byte[0];
    /// Bytes in use.
    int size;

    Bytes(Reservation memory) {
        this.memory = memory;
    }

    /// Makes room for `more` bytes behind those in use.
    ///
    /// @return [#array] after that
    byte[] room(int more) {
        if (more > array.length - size) {
            grow((long) size + more);
        }
        return array;
    }

    private void grow(long needed) {
        if (needed > LARGEST) {
            throw new CorruptData("a buffer of " + needed + " bytes would be needed");
        }
        int length = (int) Math.min(LARGEST, Math.max(needed, Math.max(256, array.length * 3L / 2)));
        memory.take(length);
        byte[] bigger = size == 0 ? new byte[length] : Arrays.copyOf(array, length);
        memory.give(array.length);
        array = bigger;
    }

    void append(byte[] from, int at, int length) {
        System.arraycopy(from, at, room(length), size, length);
        size += length;
    }

    void appendByte(int value) {
        room(1)[size++] = (byte) value;
    }

    /// An unsigned number in groups of 7 bits, lowest first (ULEB128).
    void appendVarint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            appendByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        appendByte(rest);
    }

    /// Gives the array back.
    void free() {
        memory.give(array.length);
        array = new byte[0];
        size = 0;
    }
}
