package dev.sluice.connectors.jdbc.postgresql;

import static dev.sluice.connectors.jdbc.postgresql.Wire.i16;
import static dev.sluice.connectors.jdbc.postgresql.Wire.i32;
import static dev.sluice.connectors.jdbc.postgresql.Wire.i64;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import java.util.List;

/// Puts rows of a binary COPY into the arrays of a batch. One per reader.
final class RowDecoder {
    private static final int BOOL = 0;
    private static final int INT2 = 1;
    private static final int INT4 = 2;
    private static final int INT8 = 3;
    private static final int FLOAT4 = 4;
    private static final int FLOAT8 = 5;
    private static final int NUMERIC = 6;
    private static final int WIDE = 7;
    private static final int DATE = 8;
    private static final int TIME = 9;
    private static final int TIMESTAMP = 10;
    private static final int BYTES = 11;
    private static final int JSONB = 12;

    private final int[] codes;
    private final DataType[] types;
    private final int[][] ints;
    private final long[][] longs;
    private final double[][] doubles;
    private final Vector[] vectors;

    RowDecoder(List<PostgresColumn> columns) {
        int n = columns.size();
        codes = columns.stream().mapToInt(RowDecoder::code).toArray();
        types = columns.stream().map(PostgresColumn::type).toArray(DataType[]::new);
        ints = new int[n][];
        longs = new long[n][];
        doubles = new double[n][];
        vectors = new Vector[n];
    }

    private static int code(PostgresColumn c) {
        return switch (c.wire()) {
            case BOOL -> BOOL;
            case INT2 -> INT2;
            case INT4 -> INT4;
            case INT8 -> INT8;
            case FLOAT4 -> FLOAT4;
            case FLOAT8 -> FLOAT8;
            case NUMERIC -> c.type().precision() > DataType.LONG_DIGITS ? WIDE : NUMERIC;
            case DATE -> DATE;
            case TIME -> TIME;
            case TIMESTAMP, TIMESTAMPTZ -> TIMESTAMP;
            case UUID, BYTEA, TEXT -> BYTES;
            case JSONB -> JSONB;
            case INTERVAL -> throw new IllegalArgumentException("an interval is read as text");
        };
    }

    /// Aims at the batch's arrays.
    void into(Batch batch) {
        for (int c = 0; c < codes.length; c++) {
            Vector v = batch.vector(c);
            vectors[c] = v;
            switch (v) {
                case IntVector i -> ints[c] = i.values();
                case LongVector l -> longs[c] = l.values();
                case DoubleVector d -> doubles[c] = d.values();
                case WideVector w -> longs[c] = w.high();
                case BytesVector b -> ints[c] = b.offsets();
            }
        }
    }

    /// Decodes the row that starts at that position (after the count of its columns) into that row of the batch.
    /// When it throws, the row is as if nothing had been set.
    void decode(byte[] b, int start, int row) throws ValueRefused {
        int p = start;
        for (int c = 0; c < codes.length; c++) {
            int length = i32(b, p);
            p += 4;
            if (length < 0) {
                vectors[c].setNull(row);
            } else {
                value(b, p, length, c, row);
                p += length;
            }
        }
    }

    private void value(byte[] b, int p, int length, int c, int row) throws ValueRefused {
        switch (codes[c]) {
            case BOOL -> ints[c][row] = b[p];
            case INT2 -> ints[c][row] = i16(b, p);
            case INT4 -> ints[c][row] = i32(b, p);
            case INT8, TIME -> longs[c][row] = i64(b, p);
            case FLOAT4 -> doubles[c][row] = Float.intBitsToFloat(i32(b, p));
            case FLOAT8 -> doubles[c][row] = Double.longBitsToDouble(i64(b, p));
            case NUMERIC -> longs[c][row] = NumericReading.unscaled(b, p, types[c].scale(), c);
            case WIDE ->
                NumericReading.wide(b, p, types[c].scale(), types[c].precision(), (WideVector) vectors[c], row, c);
            case DATE -> ints[c][row] = days(i32(b, p), c);
            case TIMESTAMP -> longs[c][row] = micros(i64(b, p), c);
            case BYTES -> bytes(b, p, length, c, row);
            case JSONB -> bytes(b, p + 1, length - 1, c, row);
            default -> throw new IllegalStateException("code " + codes[c]);
        }
    }

    private void bytes(byte[] b, int p, int length, int c, int row) {
        int[] offsets = ints[c];
        int at = offsets[row];
        byte[] data = ((BytesVector) vectors[c]).reserve(at, length);
        if (length <= Wire.SHORT && b.length - p >= Wire.SHORT && data.length - at >= Wire.SHORT) {
            Wire.copyShort(b, p, data, at);
        } else {
            System.arraycopy(b, p, data, at, length);
        }
        offsets[row + 1] = at + length;
    }

    private static int days(int sent, int column) throws ValueRefused {
        if (sent == Integer.MAX_VALUE || sent == Integer.MIN_VALUE) {
            throw infinite(sent > 0, column);
        }
        return sent + Wire.EPOCH_DAYS;
    }

    private static long micros(long sent, int column) throws ValueRefused {
        if (sent == Long.MAX_VALUE || sent == Long.MIN_VALUE) {
            throw infinite(sent > 0, column);
        }
        long micros = sent + Wire.EPOCH_MICROS;
        if (micros < sent) {
            throw new ValueRefused(column, "year 294247 or later", "the time is beyond 294247-01-10");
        }
        return micros;
    }

    private static ValueRefused infinite(boolean positive, int column) {
        return new ValueRefused(
                column,
                positive ? "infinity" : "-infinity",
                "it is no point in time; replace it in a query, e.g. nullif(column, 'infinity')");
    }

    /// Takes back what a row that is left out had set.
    void forget(int row) {
        for (Vector v : vectors) {
            v.nulls()[row] = 0;
        }
    }
}
