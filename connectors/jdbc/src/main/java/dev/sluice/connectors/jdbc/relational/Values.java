package dev.sluice.connectors.jdbc.relational;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.UUID;

/// Values of batches as the objects that JDBC drivers take.
public final class Values {
    private static final long NANOS = 1_000_000_000L;

    private Values() {}

    /// The row's value, which must not be null: Boolean, Integer, Long, BigDecimal, Float, Double,
    /// LocalDate, LocalTime, LocalDateTime, OffsetDateTime (UTC), String (also a DURATION), byte[] or UUID.
    public static Object of(Vector v, int row) {
        return switch (v) {
            case IntVector i -> ofInt(i.type(), i.values()[row]);
            case LongVector l -> ofLong(l, row);
            case DoubleVector d ->
                d.type().kind() == DataType.Kind.FLOAT32 ? (Object) (float) d.values()[row] : (Object) d.values()[row];
            case WideVector w -> new BigDecimal(w.get(row), w.type().scale());
            case BytesVector b -> ofBytes(b, row);
        };
    }

    private static Object ofInt(DataType type, int value) {
        return switch (type.kind()) {
            case BOOLEAN -> value != 0;
            case DATE -> LocalDate.ofEpochDay(value);
            default -> value;
        };
    }

    private static Object ofLong(LongVector v, int row) {
        DataType type = v.type();
        long value = v.values()[row];
        return switch (type.kind()) {
            case DECIMAL -> BigDecimal.valueOf(value, type.scale());
            case UINT64 ->
                new BigDecimal(value >= 0 ? BigInteger.valueOf(value) : new BigInteger(Long.toUnsignedString(value)));
            case TIME -> LocalTime.ofNanoOfDay(value * (NANOS / type.unitsPerSecond()));
            case TIMESTAMP -> time(value, type);
            case INSTANT -> OffsetDateTime.of(time(value, type), ZoneOffset.UTC);
            case DURATION -> text(v, row);
            default -> value;
        };
    }

    private static LocalDateTime time(long value, DataType type) {
        long units = type.unitsPerSecond();
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(value, units), (int) (Math.floorMod(value, units) * (NANOS / units)), ZoneOffset.UTC);
    }

    private static Object ofBytes(BytesVector v, int row) {
        int from = v.offsets()[row];
        int to = v.offsets()[row + 1];
        return switch (v.type().kind()) {
            case BINARY -> Arrays.copyOfRange(v.data(), from, to);
            case GUID -> {
                ByteBuffer b = ByteBuffer.wrap(v.data(), from, to - from);
                yield new UUID(b.getLong(), b.getLong());
            }
            default -> new String(v.data(), from, to - from, StandardCharsets.UTF_8);
        };
    }

    /// The canonical text of a value.
    public static String text(Vector v, int row) {
        byte[] out = new byte[TextForm.length(v, row)];
        return new String(out, 0, TextForm.write(v, row, out, 0), StandardCharsets.UTF_8);
    }

    /// About how many bytes a batch's rows are on their way.
    public static long size(dev.sluice.data.batch.Batch batch) {
        long size = 0;
        for (int c = 0; c < batch.schema().size(); c++) {
            size += switch (batch.vector(c)) {
                case BytesVector b -> b.offsets()[batch.rows()];
                case IntVector i -> 4L * batch.rows();
                case LongVector l -> 8L * batch.rows();
                case DoubleVector d -> 8L * batch.rows();
                case WideVector w -> 16L * batch.rows();
            };
        }
        return size;
    }
}
