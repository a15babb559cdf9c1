package dev.sluice.node.agent.job;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Rows of a batch one at a time, for the few that an activity's output holds.
final class BatchRows {
    private static final long NANOS = 1_000_000_000L;

    private BatchRows() {}

    static List<@Nullable Object> row(Batch batch, int row) {
        List<@Nullable Object> values = new ArrayList<>(batch.schema().size());
        for (int column = 0; column < batch.schema().size(); column++) {
            values.add(value(batch.vector(column), row));
        }
        return values;
    }

    private static @Nullable Object value(Vector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        DataType type = vector.type();
        return switch (vector) {
            case IntVector v -> small(type, v.values()[row]);
            case LongVector v -> large(type, v.values()[row]);
            case DoubleVector v -> real(type, v.values()[row]);
            case WideVector v -> new BigDecimal(v.get(row), type.scale());
            case BytesVector v -> bytes(type, Arrays.copyOfRange(v.data(), v.offsets()[row], v.offsets()[row + 1]));
        };
    }

    private static Object small(DataType type, int value) {
        return switch (type.kind()) {
            case BOOLEAN -> value != 0;
            case DATE -> LocalDate.ofEpochDay(value);
            default -> (long) value;
        };
    }

    private static Object real(DataType type, double value) {
        return type.kind() == DataType.Kind.FLOAT32 ? (Object) (float) value : (Object) value;
    }

    private static Object large(DataType type, long value) {
        long perSecond = Math.max(1, type.unitsPerSecond());
        long seconds = Math.floorDiv(value, perSecond);
        int nanos = (int) (Math.floorMod(value, perSecond) * (NANOS / perSecond));
        return switch (type.kind()) {
            case UINT64 -> new BigInteger(Long.toUnsignedString(value));
            case DECIMAL -> BigDecimal.valueOf(value, type.scale());
            case TIME -> LocalTime.ofNanoOfDay(seconds * NANOS + nanos);
            case TIMESTAMP -> LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC);
            case INSTANT ->
                LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC).atOffset(ZoneOffset.UTC);
            case DURATION -> Duration.ofSeconds(seconds, nanos);
            default -> value;
        };
    }

    private static Object bytes(DataType type, byte[] value) {
        return switch (type.kind()) {
            case STRING -> new String(value, StandardCharsets.UTF_8);
            case GUID -> {
                ByteBuffer b = ByteBuffer.wrap(value);
                yield new UUID(b.getLong(), b.getLong());
            }
            default -> value;
        };
    }
}
