package dev.sluice.connectors.jdbc.postgresql;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Numbers in network byte order, and PostgreSQL's epoch.
final class Wire {
    static final VarHandle I16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle I32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    static final VarHandle I64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /// 2000-01-01, from which PostgreSQL counts, in days and microseconds since 1970-01-01.
    static final int EPOCH_DAYS = 10_957;

    static final long EPOCH_MICROS = 946_684_800_000_000L;

    /// Bytes that [#copyShort] copies.
    static final int SHORT = 16;

    /// What a binary COPY begins with: signature, no flags, no extension.
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private Wire() {}

    static int headerLength() {
        return HEADER.length;
    }

    static void putHeader(byte[] into, int at) {
        System.arraycopy(HEADER, 0, into, at, HEADER.length);
    }

    static int i16(byte[] b, int at) {
        return (short) I16.get(b, at);
    }

    static int i32(byte[] b, int at) {
        return (int) I32.get(b, at);
    }

    static long i64(byte[] b, int at) {
        return (long) I64.get(b, at);
    }

    static void put16(byte[] b, int at, int value) {
        I16.set(b, at, (short) value);
    }

    static void put32(byte[] b, int at, int value) {
        I32.set(b, at, value);
    }

    static void put64(byte[] b, int at, long value) {
        I64.set(b, at, value);
    }

    /// Copies sixteen bytes, of which the first are wanted and the others will be overwritten: cheaper than a copy of a
    /// length that only the value knows.
    static void copyShort(byte[] from, int start, byte[] into, int at) {
        long low = (long) I64.get(from, start);
        long high = (long) I64.get(from, start + 8);
        I64.set(into, at, low);
        I64.set(into, at + 8, high);
    }
}
