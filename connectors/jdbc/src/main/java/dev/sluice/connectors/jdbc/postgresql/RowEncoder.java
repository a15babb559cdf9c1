package dev.sluice.connectors.jdbc.postgresql;

import static dev.sluice.connectors.jdbc.postgresql.Wire.put16;
import static dev.sluice.connectors.jdbc.postgresql.Wire.put32;
import static dev.sluice.connectors.jdbc.postgresql.Wire.put64;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import java.sql.SQLException;
import java.util.List;

/// Turns batches into the bytes of a binary COPY. One per writer.
///
/// Times finer than PostgreSQL's microseconds are rounded towards the past.
final class RowEncoder {
    /// Takes bytes before they are overwritten.
    interface Out {
        void write(byte[] bytes, int offset, int length) throws SQLException;
    }

    private static final int BOOL = 0;
    private static final int INT2 = 1;
    private static final int INT4 = 2;
    private static final int INT8 = 3;
    private static final int FLOAT4 = 4;
    private static final int FLOAT8 = 5;
    private static final int NUMERIC = 6;
    private static final int WIDE = 7;
    private static final int UNSIGNED = 8;
    private static final int DATE = 9;
    private static final int MICROS = 10;
    private static final int TIMESTAMP = 11;
    private static final int INTERVAL = 12;
    private static final int BYTES = 13;
    private static final int JSONB = 14;
    private static final int INT4_AS_8 = 15;

    private final byte[] buffer;
    private final Out out;
    private final int[] codes;
    private final int[] scales;
    private final Vector[] vectors;
    private final int[][] ints;
    private final long[][] longs;
    private final double[][] doubles;
    private final int fixedPerRow;
    private int at;

    /// @param types of the batches' columns
    /// @param wires what each is sent as; must fit by [#fits]
    RowEncoder(List<DataType> types, List<WireType> wires, byte[] buffer, Out out) {
        int n = types.size();
        this.buffer = buffer;
        this.out = out;
        this.codes = new int[n];
        this.scales = new int[n];
        for (int c = 0; c < n; c++) {
            codes[c] = code(types.get(c), wires.get(c));
            scales[c] = types.get(c).scale();
        }
        this.vectors = new Vector[n];
        this.ints = new int[n][];
        this.longs = new long[n][];
        this.doubles = new double[n][];
        this.fixedPerRow = 2 + n * NumericWriting.MAX_BYTES;
        Wire.putHeader(buffer, 0);
        at = Wire.headerLength();
    }

    /// Whether values of the type can be sent as that.
    static boolean fits(DataType type, WireType wire) {
        return code(type, wire) >= 0;
    }

    private static int code(DataType type, WireType wire) {
        return switch (type.kind()) {
            case BOOLEAN -> wire == WireType.BOOL ? BOOL : -1;
            case INT8, UINT8, INT16 -> wire == WireType.INT2 ? INT2 : wide(wire);
            case UINT16, INT32 -> wide(wire);
            case UINT32, INT64 -> wire == WireType.INT8 ? INT8 : wire == WireType.NUMERIC ? NUMERIC : -1;
            case UINT64 -> wire == WireType.NUMERIC ? UNSIGNED : -1;
            case FLOAT32 -> wire == WireType.FLOAT4 ? FLOAT4 : wire == WireType.FLOAT8 ? FLOAT8 : -1;
            case FLOAT64 -> wire == WireType.FLOAT8 ? FLOAT8 : -1;
            case DECIMAL -> wire != WireType.NUMERIC ? -1 : type.precision() > DataType.LONG_DIGITS ? WIDE : NUMERIC;
            case DATE -> wire == WireType.DATE ? DATE : -1;
            case TIME -> wire == WireType.TIME ? MICROS : -1;
            case TIMESTAMP -> wire == WireType.TIMESTAMP ? TIMESTAMP : -1;
            case INSTANT -> wire == WireType.TIMESTAMPTZ ? TIMESTAMP : -1;
            case DURATION -> wire == WireType.INTERVAL ? INTERVAL : -1;
            case STRING -> wire == WireType.TEXT ? BYTES : wire == WireType.JSONB ? JSONB : -1;
            case BINARY -> wire == WireType.BYTEA ? BYTES : -1;
            case GUID -> wire == WireType.UUID ? BYTES : -1;
        };
    }

    private static int wide(WireType wire) {
        return wire == WireType.INT4 ? INT4 : wire == WireType.INT8 ? INT4_AS_8 : -1;
    }

    /// Encodes all rows; what is complete goes out whenever the buffer is full.
    void encode(Batch batch) throws SQLException {
        for (int c = 0; c < codes.length; c++) {
            aim(c, batch.vector(c));
        }
        int rows = batch.rows();
        for (int row = 0; row < rows; row++) {
            if (buffer.length - at < fixedPerRow) {
                flush();
            }
            put16(buffer, at, codes.length);
            at += 2;
            for (int c = 0; c < codes.length; c++) {
                if (vectors[c].isNull(row)) {
                    put32(buffer, at, -1);
                    at += 4;
                } else {
                    value(c, row);
                }
            }
        }
    }

    private void aim(int c, Vector vector) {
        vectors[c] = vector;
        switch (vector) {
            case IntVector v -> ints[c] = v.values();
            case LongVector v -> longs[c] = v.values();
            case DoubleVector v -> doubles[c] = v.values();
            case WideVector v -> longs[c] = v.low();
            case BytesVector v -> ints[c] = v.offsets();
        }
    }

    private void value(int c, int row) throws SQLException {
        switch (codes[c]) {
            case BOOL -> {
                put32(buffer, at, 1);
                buffer[at + 4] = (byte) ints[c][row];
                at += 5;
            }
            case INT2 -> {
                put32(buffer, at, 2);
                put16(buffer, at + 4, ints[c][row]);
                at += 6;
            }
            case INT4 -> put4(ints[c][row]);
            case INT4_AS_8 -> put8(ints[c][row]);
            case INT8 -> put8(longs[c][row]);
            case FLOAT4 -> put4(Float.floatToRawIntBits((float) doubles[c][row]));
            case FLOAT8 -> put8(Double.doubleToRawLongBits(doubles[c][row]));
            case NUMERIC -> at = NumericWriting.put(buffer, at, longs[c][row], scales[c]);
            case WIDE ->
                at = NumericWriting.put(buffer, at, ((WideVector) vectors[c]).high()[row], longs[c][row], scales[c]);
            case UNSIGNED -> at = unsigned(longs[c][row]);
            case DATE -> put4(ints[c][row] - Wire.EPOCH_DAYS);
            case MICROS -> put8(micros(longs[c][row], scales[c]));
            case TIMESTAMP -> put8(Math.subtractExact(micros(longs[c][row], scales[c]), Wire.EPOCH_MICROS));
            case INTERVAL -> interval(micros(longs[c][row], scales[c]));
            case BYTES -> bytes(c, row, -1);
            case JSONB -> bytes(c, row, 1);
            default -> throw new IllegalStateException("code " + codes[c]);
        }
    }

    private void put4(int value) {
        put32(buffer, at, 4);
        put32(buffer, at + 4, value);
        at += 8;
    }

    private void put8(long value) {
        put32(buffer, at, 8);
        put64(buffer, at + 4, value);
        at += 12;
    }

    private int unsigned(long bits) {
        return bits >= 0 ? NumericWriting.put(buffer, at, bits, 0) : NumericWriting.put(buffer, at, 0, bits, 0);
    }

    private static long micros(long units, int scale) {
        return switch (scale) {
            case 3 -> Math.multiplyExact(units, 1_000L);
            case 6 -> units;
            case 7 -> Math.floorDiv(units, 10L);
            default -> Math.floorDiv(units, 1_000L);
        };
    }

    private void interval(long micros) {
        put32(buffer, at, 16);
        put64(buffer, at + 4, micros);
        put32(buffer, at + 12, 0);
        put32(buffer, at + 16, 0);
        at += 20;
    }

    /// Bytes of any length, behind a version byte unless that is negative; long ones go out from where they lie.
    private void bytes(int c, int row, int version) throws SQLException {
        int from = ints[c][row];
        int length = ints[c][row + 1] - from;
        byte[] data = ((BytesVector) vectors[c]).data();
        put32(buffer, at, version < 0 ? length : length + 1);
        at += 4;
        if (version >= 0) {
            buffer[at++] = (byte) version;
        }
        // What follows in this row must find its fixed room even after this value.
        if (length <= Wire.SHORT
                && data.length - from >= Wire.SHORT
                && buffer.length - at - fixedPerRow >= Wire.SHORT) {
            Wire.copyShort(data, from, buffer, at);
            at += length;
        } else if (length <= buffer.length - at - fixedPerRow) {
            System.arraycopy(data, from, buffer, at, length);
            at += length;
        } else {
            flush();
            out.write(data, from, length);
        }
    }

    private void flush() throws SQLException {
        if (at > 0) {
            out.write(buffer, 0, at);
            at = 0;
        }
    }

    /// Ends the stream.
    void end() throws SQLException {
        if (buffer.length - at < 2) {
            flush();
        }
        put16(buffer, at, -1);
        at += 2;
        flush();
    }
}
