package dev.sluice.ssis.engine.dataflow.rows;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.ssis.engine.expression.SsisType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Single values in and out of vectors, of the classes that [SsisType.Kind] lists.
public final class Cells {
    private static final long TICKS_PER_SECOND = 10_000_000L;
    private static final int OFFSET_BYTES = 10;

    private Cells() {}

    public static @Nullable Object get(Vector vector, SsisType type, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        return switch (vector) {
            case IntVector v -> whole(v.values()[row], type);
            case LongVector v -> wide(v.values()[row], type, v.type().scale());
            case DoubleVector v -> type.kind() == SsisType.Kind.R4 ? (Object) (float) v.values()[row] : v.values()[row];
            case WideVector v -> new BigDecimal(v.get(row), v.type().scale());
            case BytesVector v -> bytes(v, type, row);
        };
    }

    private static Object whole(int value, SsisType type) {
        return switch (type.kind()) {
            case BOOL -> value != 0;
            case DBDATE -> LocalDate.ofEpochDay(value);
            default -> (long) value;
        };
    }

    private static Object wide(long value, SsisType type, int scale) {
        return switch (type.kind()) {
            case UI8 -> value >= 0 ? BigInteger.valueOf(value) : new BigInteger(Long.toUnsignedString(value));
            case CY, DECIMAL, NUMERIC -> BigDecimal.valueOf(value, scale);
            case DBTIME, DBTIME2 -> LocalTime.ofNanoOfDay(value * 100);
            case DATE, DBTIMESTAMP, DBTIMESTAMP2, FILETIME -> moment(value);
            default -> value;
        };
    }

    private static LocalDateTime moment(long ticks) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(ticks, TICKS_PER_SECOND),
                (int) Math.floorMod(ticks, TICKS_PER_SECOND) * 100,
                ZoneOffset.UTC);
    }

    private static long ticks(LocalDateTime t) {
        return t.toEpochSecond(ZoneOffset.UTC) * TICKS_PER_SECOND + t.getNano() / 100;
    }

    private static Object bytes(BytesVector v, SsisType type, int row) {
        if (type.kind().text()) {
            return v.text(row);
        }
        int from = v.offsets()[row];
        int to = v.offsets()[row + 1];
        if (type.kind() == SsisType.Kind.GUID) {
            ByteBuffer guid = ByteBuffer.wrap(v.data(), from, 16);
            return new UUID(guid.getLong(), guid.getLong());
        }
        if (type.kind() == SsisType.Kind.DBTIMESTAMPOFFSET) {
            ByteBuffer at = ByteBuffer.wrap(v.data(), from, OFFSET_BYTES);
            long utc = at.getLong() ^ Long.MIN_VALUE;
            return moment(utc)
                    .atOffset(ZoneOffset.UTC)
                    .withOffsetSameInstant(ZoneOffset.ofTotalSeconds(at.getShort() * 60));
        }
        return Arrays.copyOfRange(v.data(), from, to);
    }

    /// Sets a value of the type's own class. Rows of texts and bytes are set in ascending order.
    public static void set(Vector vector, SsisType type, int row, @Nullable Object value) {
        if (value == null) {
            vector.setNull(row);
            return;
        }
        switch (vector) {
            case IntVector v -> v.values()[row] = narrow(value);
            case LongVector v -> v.values()[row] = number(value, v.type().scale());
            case DoubleVector v -> v.values()[row] = ((Number) value).doubleValue();
            case WideVector v ->
                v.set(row, unscaled((BigDecimal) value, v.type().scale()));
            case BytesVector v -> setBytes(v, row, value);
        }
    }

    private static int narrow(Object value) {
        return switch (value) {
            case Boolean b -> b ? 1 : 0;
            case LocalDate d -> (int) d.toEpochDay();
            default -> ((Number) value).intValue();
        };
    }

    private static long number(Object value, int scale) {
        return switch (value) {
            case BigDecimal d -> unscaled(d, scale).longValueExact();
            case LocalTime t -> t.toNanoOfDay() / 100;
            case LocalDateTime t -> ticks(t);
            default -> ((Number) value).longValue();
        };
    }

    private static BigInteger unscaled(BigDecimal value, int scale) {
        return (value.scale() == scale ? value : value.setScale(scale, java.math.RoundingMode.HALF_UP)).unscaledValue();
    }

    private static void setBytes(BytesVector v, int row, Object value) {
        switch (value) {
            case String s -> v.set(row, s);
            case byte[] b -> v.set(row, b, 0, b.length);
            case UUID g ->
                v.set(
                        row,
                        ByteBuffer.allocate(16)
                                .putLong(g.getMostSignificantBits())
                                .putLong(g.getLeastSignificantBits())
                                .array(),
                        0,
                        16);
            case OffsetDateTime o ->
                v.set(
                        row,
                        ByteBuffer.allocate(OFFSET_BYTES)
                                .putLong(ticks(o.withOffsetSameInstant(ZoneOffset.UTC)
                                                .toLocalDateTime())
                                        ^ Long.MIN_VALUE)
                                .putShort((short) (o.getOffset().getTotalSeconds() / 60))
                                .array(),
                        0,
                        OFFSET_BYTES);
            default -> throw new IllegalStateException("no bytes: " + value.getClass());
        }
    }

    /// Copies a value between vectors of the same type.
    public static void copy(Vector from, int row, Vector to, int toRow) {
        if (from.isNull(row)) {
            to.setNull(toRow);
            return;
        }
        switch (from) {
            case IntVector v -> ((IntVector) to).values()[toRow] = v.values()[row];
            case LongVector v -> ((LongVector) to).values()[toRow] = v.values()[row];
            case DoubleVector v -> ((DoubleVector) to).values()[toRow] = v.values()[row];
            case WideVector v -> {
                ((WideVector) to).high()[toRow] = v.high()[row];
                ((WideVector) to).low()[toRow] = v.low()[row];
            }
            case BytesVector v -> {
                int start = v.offsets()[row];
                ((BytesVector) to).set(toRow, v.data(), start, v.offsets()[row + 1] - start);
            }
        }
    }
}
