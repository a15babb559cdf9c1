package dev.sluice.data.testkit;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Rows as plain Java values, to write down and compare in tests. One Java type per kind:
///
/// BOOLEAN `Boolean` · INT8–INT32, UINT8, UINT16 `Integer` · UINT32, INT64 `Long` · UINT64 `BigInteger` ·
/// FLOAT32 `Float` · FLOAT64 `Double` · DECIMAL `BigDecimal` of the type's scale · DATE `LocalDate` · TIME
/// `LocalTime` · TIMESTAMP `LocalDateTime` · INSTANT `Instant` · DURATION `Duration` · STRING `String` · BINARY
/// `ByteBuffer` (compares by content) · GUID `UUID`.
///
/// Writing also takes any `Number` for a number, a `byte[]` for BINARY, and for every kind a `String` in the
/// form of [TextForm].
public final class Rows {
    private static final long NANOS = 1_000_000_000L;

    private Rows() {}

    /// One row; null values allowed, unlike `List.of`.
    public static List<@Nullable Object> row(@Nullable Object... values) {
        return Collections.unmodifiableList(Arrays.asList(values.clone()));
    }

    /// A batch with those rows, of their number as capacity (at least 1).
    public static Batch batch(
            Schema schema, MemoryBudget budget, List<? extends List<? extends @Nullable Object>> rows) {
        Batch batch = new Batch(schema, Math.max(1, rows.size()), budget);
        try {
            fill(batch, rows);
        } catch (RuntimeException e) {
            batch.close();
            throw e;
        }
        return batch;
    }

    /// Clears the batch and puts those rows in.
    public static void fill(Batch batch, List<? extends List<? extends @Nullable Object>> rows) {
        batch.clear();
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < batch.schema().size(); column++) {
                set(batch.vector(column), row, rows.get(row).get(column));
            }
        }
        batch.setRows(rows.size());
    }

    /// All rows of a batch.
    public static List<List<@Nullable Object>> of(Batch batch) {
        List<List<@Nullable Object>> rows = new ArrayList<>(batch.rows());
        for (int row = 0; row < batch.rows(); row++) {
            List<@Nullable Object> values = new ArrayList<>(batch.schema().size());
            for (int column = 0; column < batch.schema().size(); column++) {
                values.add(get(batch.vector(column), row));
            }
            rows.add(values);
        }
        return rows;
    }

    /// Only those columns, in that order.
    public static List<List<@Nullable Object>> project(
            List<? extends List<? extends @Nullable Object>> rows, int... columns) {
        List<List<@Nullable Object>> result = new ArrayList<>(rows.size());
        for (List<? extends @Nullable Object> row : rows) {
            List<@Nullable Object> values = new ArrayList<>(columns.length);
            for (int c : columns) {
                values.add(row.get(c));
            }
            result.add(values);
        }
        return result;
    }

    /// The canonical text ([TextForm]) of a value.
    public static String text(DataType type, Object value) {
        MemoryBudget budget = new MemoryBudget(1L << 32);
        Batch batch = batch(Schema.of(new dev.sluice.data.batch.Field("v", type)), budget, List.of(row(value)));
        Vector v = batch.vector(0);
        byte[] out = new byte[TextForm.length(v, 0)];
        return new String(out, 0, TextForm.write(v, 0, out, 0), StandardCharsets.UTF_8);
    }

    public static @Nullable Object get(Vector v, int row) {
        if (v.isNull(row)) {
            return null;
        }
        return switch (v) {
            case IntVector ints ->
                switch (v.type().kind()) {
                    case BOOLEAN -> ints.values()[row] != 0;
                    case DATE -> LocalDate.ofEpochDay(ints.values()[row]);
                    default -> ints.values()[row];
                };
            case LongVector longs -> get(longs.type(), longs.values()[row]);
            case DoubleVector doubles ->
                v.type().kind() == DataType.Kind.FLOAT32
                        ? (Object) (float) doubles.values()[row]
                        : (Object) doubles.values()[row];
            case WideVector wide -> new BigDecimal(wide.get(row), v.type().scale());
            case BytesVector bytes -> get(bytes, row);
        };
    }

    private static Object get(DataType type, long value) {
        long perSecond = Math.max(1, type.unitsPerSecond());
        long seconds = Math.floorDiv(value, perSecond);
        int nanos = (int) (Math.floorMod(value, perSecond) * (NANOS / perSecond));
        return switch (type.kind()) {
            case UINT64 -> new BigInteger(Long.toUnsignedString(value));
            case DECIMAL -> BigDecimal.valueOf(value, type.scale());
            case TIME -> LocalTime.ofNanoOfDay(seconds * NANOS + nanos);
            case TIMESTAMP -> LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC);
            case INSTANT -> Instant.ofEpochSecond(seconds, nanos);
            case DURATION -> Duration.ofSeconds(seconds, nanos);
            default -> value;
        };
    }

    private static Object get(BytesVector v, int row) {
        byte[] bytes = Arrays.copyOfRange(v.data(), v.offsets()[row], v.offsets()[row + 1]);
        return switch (v.type().kind()) {
            case STRING -> new String(bytes, StandardCharsets.UTF_8);
            case GUID -> {
                ByteBuffer b = ByteBuffer.wrap(bytes);
                yield new UUID(b.getLong(), b.getLong());
            }
            default -> ByteBuffer.wrap(bytes);
        };
    }

    /// Sets a value; rows of byte columns in ascending order.
    public static void set(Vector v, int row, @Nullable Object value) {
        if (value == null) {
            v.setNull(row);
            return;
        }
        if (value instanceof String s) {
            byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
            if (!TextForm.parse(utf8, 0, utf8.length, v, row)) {
                throw new IllegalArgumentException("'" + s + "' is no " + v.type());
            }
            return;
        }
        switch (v) {
            case IntVector ints -> ints.values()[row] = intValue(value);
            case LongVector longs -> longs.values()[row] = longValue(v.type(), value);
            case DoubleVector doubles -> doubles.values()[row] = ((Number) value).doubleValue();
            case WideVector wide -> wide.set(row, unscaled(v.type(), value));
            case BytesVector bytes -> {
                byte[] content = bytesValue(value);
                bytes.set(row, content, 0, content.length);
            }
        }
    }

    private static int intValue(Object value) {
        return switch (value) {
            case Boolean b -> b ? 1 : 0;
            case LocalDate d -> Math.toIntExact(d.toEpochDay());
            default -> Math.toIntExact(((Number) value).longValue());
        };
    }

    private static BigInteger unscaled(DataType type, Object value) {
        return new BigDecimal(value.toString()).setScale(type.scale()).unscaledValue();
    }

    private static long longValue(DataType type, Object value) {
        return switch (value) {
            case LocalTime t -> units(type, t.toSecondOfDay(), t.getNano());
            case LocalDateTime t -> units(type, t.toEpochSecond(ZoneOffset.UTC), t.getNano());
            case Instant t -> units(type, t.getEpochSecond(), t.getNano());
            case Duration d -> units(type, d.getSeconds(), d.getNano());
            default ->
                type.kind() == DataType.Kind.DECIMAL
                        ? unscaled(type, value).longValueExact()
                        : ((Number) value).longValue();
        };
    }

    /// Cuts what the unit cannot hold.
    private static long units(DataType type, long seconds, int nanos) {
        BigInteger total = BigInteger.valueOf(seconds)
                .multiply(BigInteger.valueOf(type.unitsPerSecond()))
                .add(BigInteger.valueOf(nanos / (NANOS / type.unitsPerSecond())));
        return total.longValueExact();
    }

    private static byte[] bytesValue(Object value) {
        return switch (value) {
            case byte[] b -> b;
            case ByteBuffer b -> {
                byte[] copy = new byte[b.remaining()];
                b.duplicate().get(copy);
                yield copy;
            }
            case UUID id ->
                ByteBuffer.allocate(16)
                        .putLong(id.getMostSignificantBits())
                        .putLong(id.getLeastSignificantBits())
                        .array();
            default -> throw new IllegalArgumentException(value.getClass() + " is no bytes");
        };
    }
}
