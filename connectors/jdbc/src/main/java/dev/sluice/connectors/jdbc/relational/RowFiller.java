package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.MemoryBudgetExceededException;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Puts the rows of a result into the arrays of a batch. One per reader.
final class RowFiller {
    private static final long NANOS = 1_000_000_000L;

    /// A value is called too long when it alone takes more than this part of the job's memory.
    private static final int LARGE_PART = 8;

    private final String[] names;
    private final DataType[] types;
    private final RowReader.Form[] forms;
    private final int[] from;
    private final int[][] ints;
    private final long[][] longs;
    private final double[][] doubles;
    private final Vector[] vectors;
    private long bytes;

    /// @param from the result's column for each of those columns
    RowFiller(List<RelationalColumn> columns, int[] from, Dialect dialect) {
        int n = columns.size();
        this.names = columns.stream().map(RelationalColumn::name).toArray(String[]::new);
        this.types = columns.stream().map(RelationalColumn::type).toArray(DataType[]::new);
        this.forms = columns.stream().map(dialect::form).toArray(RowReader.Form[]::new);
        this.from = from;
        ints = new int[n][];
        longs = new long[n][];
        doubles = new double[n][];
        vectors = new Vector[n];
    }

    /// Aims at the batch's arrays.
    void into(Batch batch) {
        for (int c = 0; c < types.length; c++) {
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

    /// Bytes of the values taken so far, as batches hold them.
    long bytes() {
        return bytes;
    }

    /// Takes the result's current row. When it throws, the row is as if nothing had been set, after [#forget].
    void fill(ResultSet r, int row) throws SQLException, ValueRefused {
        for (int c = 0; c < types.length; c++) {
            boolean there = switch (forms[c]) {
                case NATIVE -> value(r, from[c], c, row);
                case TEXT -> text(r.getString(from[c]), c, row);
                case RAW -> raw(r.getObject(from[c], RawField.class), c, row);
            };
            if (!there) {
                vectors[c].setNull(row);
            }
        }
    }

    /// @return false when the value is null
    private boolean value(ResultSet r, int i, int c, int row) throws SQLException, ValueRefused {
        DataType type = types[c];
        switch (type.kind()) {
            case BOOLEAN -> ints[c][row] = r.getBoolean(i) ? 1 : 0;
            case INT8, UINT8, INT16, UINT16, INT32 -> ints[c][row] = r.getInt(i);
            case UINT32, INT64 -> longs[c][row] = r.getLong(i);
            case FLOAT32 -> doubles[c][row] = r.getFloat(i);
            case FLOAT64 -> doubles[c][row] = r.getDouble(i);
            case UINT64 -> {
                BigDecimal d = r.getBigDecimal(i);
                if (d == null) {
                    return false;
                }
                longs[c][row] = d.longValue();
            }
            case DECIMAL -> {
                BigDecimal d = r.getBigDecimal(i);
                return d != null && decimal(d, c, row);
            }
            case DATE, TIME, TIMESTAMP, INSTANT -> {
                return time(r, i, c, row);
            }
            case DURATION -> {
                return text(r.getString(i), c, row);
            }
            case STRING, BINARY -> {
                byte[] b = whole(r, i, c);
                return b != null && bytes(b, c, row);
            }
            case GUID -> {
                Object o = r.getObject(i);
                return o instanceof UUID u ? guid(u, c, row) : text(o == null ? null : o.toString(), c, row);
            }
        }
        bytes += 8;
        return !r.wasNull();
    }

    private boolean time(ResultSet r, int i, int c, int row) throws SQLException, ValueRefused {
        DataType type = types[c];
        long units = type.kind() == DataType.Kind.DATE ? 1 : type.unitsPerSecond();
        bytes += 8;
        switch (type.kind()) {
            case DATE -> {
                LocalDate d = r.getObject(i, LocalDate.class);
                if (d == null) {
                    return false;
                }
                ints[c][row] = (int) d.toEpochDay();
            }
            case TIME -> {
                LocalTime t = r.getObject(i, LocalTime.class);
                if (t == null) {
                    return false;
                }
                longs[c][row] = t.toNanoOfDay() / (NANOS / units);
            }
            case TIMESTAMP -> {
                LocalDateTime t = r.getObject(i, LocalDateTime.class);
                if (t == null) {
                    return false;
                }
                longs[c][row] = units(t.toEpochSecond(java.time.ZoneOffset.UTC), t.getNano(), units, t, c);
            }
            default -> {
                OffsetDateTime t = r.getObject(i, OffsetDateTime.class);
                if (t == null) {
                    return false;
                }
                longs[c][row] = units(t.toEpochSecond(), t.getNano(), units, t, c);
            }
        }
        return true;
    }

    private static long units(long seconds, int nanos, long units, Object shown, int c) throws ValueRefused {
        try {
            return Math.addExact(Math.multiplyExact(seconds, units), nanos / (NANOS / units));
        } catch (ArithmeticException e) {
            throw new ValueRefused(c, shown.toString(), "the time is out of range");
        }
    }

    private boolean decimal(BigDecimal given, int c, int row) throws ValueRefused {
        DataType type = types[c];
        BigDecimal exact;
        try {
            exact = given.setScale(type.scale());
        } catch (ArithmeticException e) {
            throw new ValueRefused(c, given.toPlainString(), "it has more digits after the point than " + type.scale());
        }
        if (exact.precision() > type.precision()) {
            throw new ValueRefused(c, given.toPlainString(), "it has more digits than " + type);
        }
        BigInteger unscaled = exact.unscaledValue();
        if (vectors[c] instanceof WideVector w) {
            w.set(row, unscaled);
            bytes += 16;
        } else {
            longs[c][row] = unscaled.longValueExact();
            bytes += 8;
        }
        return true;
    }

    private boolean guid(UUID u, int c, int row) {
        byte[] b = new byte[16];
        for (int k = 0; k < 8; k++) {
            b[k] = (byte) (u.getMostSignificantBits() >> (56 - 8 * k));
            b[8 + k] = (byte) (u.getLeastSignificantBits() >> (56 - 8 * k));
        }
        return bytes(b, c, row);
    }

    /// A value that its driver gives as a whole. One that does not fit the process's memory is named.
    private byte @Nullable [] whole(ResultSet r, int i, int c) throws SQLException {
        try {
            if (types[c].kind() == DataType.Kind.BINARY) {
                return r.getBytes(i);
            }
            String s = r.getString(i);
            return s == null ? null : s.getBytes(StandardCharsets.UTF_8);
        } catch (OutOfMemoryError e) {
            throw tooLong(c, "more", Runtime.getRuntime().maxMemory());
        }
    }

    private ProblemException tooLong(int c, Object length, long limit) {
        return DataFaults.VALUE_TOO_LONG.with("column", names[c], "length", length, "limit", limit);
    }

    private boolean bytes(byte[] value, int c, int row) {
        bytes += value.length;
        int[] offsets = ints[c];
        int at = offsets[row];
        byte[] data;
        try {
            data = ((BytesVector) vectors[c]).reserve(at, value.length);
        } catch (MemoryBudgetExceededException e) {
            if (value.length > e.limit() / LARGE_PART) {
                throw tooLong(c, value.length, e.limit());
            }
            throw e;
        }
        System.arraycopy(value, 0, data, at, value.length);
        offsets[row + 1] = at + value.length;
        return true;
    }

    private boolean text(@Nullable String text, int c, int row) throws ValueRefused {
        if (text == null) {
            return false;
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return parse(utf8, 0, utf8.length, c, row);
    }

    private boolean raw(@Nullable RawField field, int c, int row) throws ValueRefused {
        return field != null && parse(field.bytes(), field.from(), field.to(), c, row);
    }

    private boolean parse(byte[] text, int start, int end, int c, int row) throws ValueRefused {
        bytes += end - start;
        Vector v = vectors[c];
        if (types[c].kind() == DataType.Kind.BINARY) {
            ((BytesVector) v).set(row, text, start, end - start);
            return true;
        }
        if (TextForm.parse(text, start, end, v, row)) {
            return true;
        }
        throw new ValueRefused(
                c, new String(text, start, end - start, StandardCharsets.UTF_8), "it is not a value of " + types[c]);
    }

    /// Takes back what a row that is left out had set.
    void forget(int row) {
        for (Vector v : vectors) {
            v.nulls()[row] = 0;
        }
    }
}
