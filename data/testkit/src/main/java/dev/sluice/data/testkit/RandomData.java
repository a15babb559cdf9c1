package dev.sluice.data.testkit;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Schemas and rows from a seed, with the values that break things: least and greatest, null, empty, quotes,
/// delimiters, line ends, astral characters, numbers of full precision. Times stay in the years 1 to 9999, which
/// every store knows, and in what a `long` of their unit can hold. Not thread-safe.
public final class RandomData {
    private static final int ONE_IN_NULL = 8;
    private static final int ONE_IN_EDGE = 4;
    private static final List<String> NASTY = List.of(
            "",
            " ",
            "\"",
            "\"\"",
            "'",
            ",",
            ";",
            "\t",
            "|",
            "\\",
            "\\n",
            "\\N",
            "NULL",
            "null",
            "a\nb",
            "a\r\nb",
            "\r",
            "\n",
            "a,\"b\",c",
            "\"quoted\"",
            "ends with \\",
            "=1+1",
            "ä ö ü ß",
            "日本語",
            "𝄞 clef",
            "👩‍👩‍👧‍👦",
            "e\u0301",
            "\u00a0",
            "\u2028",
            "\ufeff",
            "x".repeat(300),
            "0",
            "-0",
            "1e5",
            "True",
            "{\"a\":[1]}",
            "<a>&amp;</a>");

    private static final List<DataType> TYPES = List.of(
            DataType.BOOLEAN,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.UINT16,
            DataType.INT32,
            DataType.UINT32,
            DataType.INT64,
            DataType.UINT64,
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.decimal(1, 0),
            DataType.decimal(9, 2),
            DataType.decimal(18, 18),
            DataType.decimal(19, 4),
            DataType.decimal(38, 0),
            DataType.decimal(38, 20),
            DataType.DATE,
            DataType.time(3),
            DataType.time(6),
            DataType.time(7),
            DataType.time(9),
            DataType.timestamp(3),
            DataType.timestamp(6),
            DataType.timestamp(7),
            DataType.timestamp(9),
            DataType.instant(3),
            DataType.instant(6),
            DataType.instant(7),
            DataType.instant(9),
            DataType.duration(3),
            DataType.duration(6),
            DataType.duration(7),
            DataType.duration(9),
            DataType.STRING,
            DataType.BINARY,
            DataType.GUID);

    private final Random random;

    public RandomData(long seed) {
        random = new Random(seed);
    }

    /// Every kind, and every scale of the time kinds.
    public static List<DataType> allTypes() {
        return TYPES;
    }

    /// One nullable column `c0`, `c1` … per type.
    public static Schema schema(List<DataType> types) {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            fields.add(new Field("c" + i, types.get(i)));
        }
        return new Schema(fields);
    }

    /// That many columns of types drawn from the list.
    public Schema schema(int columns, List<DataType> types) {
        List<DataType> drawn = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            drawn.add(types.get(random.nextInt(types.size())));
        }
        return schema(drawn);
    }

    /// Rows as [Rows] has them; nulls only in nullable columns.
    public List<List<@Nullable Object>> rows(Schema schema, int count) {
        List<List<@Nullable Object>> rows = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            List<@Nullable Object> row = new ArrayList<>(schema.size());
            for (Field f : schema.fields()) {
                row.add(f.nullable() && random.nextInt(ONE_IN_NULL) == 0 ? null : value(f.type()));
            }
            rows.add(row);
        }
        return rows;
    }

    /// A value of that type, often an edge.
    public Object value(DataType type) {
        boolean edge = random.nextInt(ONE_IN_EDGE) == 0;
        return switch (type.kind()) {
            case BOOLEAN -> random.nextBoolean();
            case INT8 -> (int) integer(edge, Byte.MIN_VALUE, Byte.MAX_VALUE);
            case UINT8 -> (int) integer(edge, 0, 255);
            case INT16 -> (int) integer(edge, Short.MIN_VALUE, Short.MAX_VALUE);
            case UINT16 -> (int) integer(edge, 0, 65_535);
            case INT32 -> (int) integer(edge, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case UINT32 -> integer(edge, 0, 0xFFFF_FFFFL);
            case INT64 -> integer(edge, Long.MIN_VALUE, Long.MAX_VALUE);
            case UINT64 ->
                new BigInteger(
                        Long.toUnsignedString(edge ? -random.nextInt(2) : random.nextLong() >>> random.nextInt(64)));
            case FLOAT32 -> float32(edge);
            case FLOAT64 -> float64(edge);
            case DECIMAL -> decimal(type, edge);
            case DATE -> edge ? LocalDate.of(random.nextBoolean() ? 1 : 9999, 12, 31) : date();
            case TIME -> edge ? (random.nextBoolean() ? LocalTime.MIN : last(type)) : time(type);
            case TIMESTAMP -> timestamp(type, edge);
            case INSTANT -> timestamp(type, edge).toInstant(ZoneOffset.UTC);
            case DURATION -> duration(type, edge);
            case STRING -> string(edge);
            case BINARY -> ByteBuffer.wrap(bytes(edge ? 0 : random.nextInt(40)));
            case GUID -> edge ? new UUID(0, 0) : new UUID(random.nextLong(), random.nextLong());
        };
    }

    private long integer(boolean edge, long min, long max) {
        if (edge) {
            return switch (random.nextInt(3)) {
                case 0 -> min;
                case 1 -> max;
                default -> 0;
            };
        }
        if (min == Long.MIN_VALUE) {
            return random.nextLong() >> random.nextInt(64);
        }
        return random.nextLong(min, max + 1);
    }

    private Float float32(boolean edge) {
        float[] edges = {0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, 0.1f, 16_777_217f, -1e-20f};
        return edge ? edges[random.nextInt(edges.length)] : (float) (random.nextGaussian() * 1e3);
    }

    private Double float64(boolean edge) {
        double[] edges = {0, Double.MAX_VALUE, -Double.MAX_VALUE, Double.MIN_VALUE, 0.1, 1e15, 9007199254740993.0};
        return edge
                ? edges[random.nextInt(edges.length)]
                : random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15);
    }

    private BigDecimal decimal(DataType type, boolean edge) {
        BigInteger limit = BigInteger.TEN.pow(type.precision()).subtract(BigInteger.ONE);
        BigInteger unscaled = edge ? limit : new BigInteger(1 + random.nextInt(limit.bitLength()), random).min(limit);
        BigDecimal value = new BigDecimal(unscaled, type.scale());
        return random.nextBoolean() && unscaled.signum() != 0 ? value.negate() : value;
    }

    private LocalDate date() {
        return LocalDate.of(1900 + random.nextInt(200), 1, 1).plusDays(random.nextInt(365));
    }

    /// Nanoseconds that are a whole number of the type's units.
    private int nanos(DataType type) {
        long unit = 1_000_000_000L / type.unitsPerSecond();
        return (int) (random.nextLong(type.unitsPerSecond()) * unit);
    }

    private LocalTime time(DataType type) {
        return LocalTime.ofSecondOfDay(random.nextInt(86_400)).withNano(random.nextInt(3) == 0 ? 0 : nanos(type));
    }

    private static LocalTime last(DataType type) {
        return LocalTime.of(23, 59, 59, (int) (1_000_000_000L - 1_000_000_000L / type.unitsPerSecond()));
    }

    private LocalDateTime timestamp(DataType type, boolean edge) {
        if (!edge) {
            return date().atTime(time(type));
        }
        boolean narrow = type.scale() == 9;
        return random.nextBoolean()
                ? LocalDate.of(narrow ? 1678 : 1, 1, 1).atStartOfDay()
                : LocalDate.of(narrow ? 2261 : 9999, 12, 31).atTime(last(type));
    }

    private Duration duration(DataType type, boolean edge) {
        long days = edge ? 10_000 : random.nextInt(40);
        Duration d = Duration.ofDays(days).plusSeconds(random.nextInt(86_400)).plusNanos(nanos(type));
        return random.nextBoolean() ? d.negated() : d;
    }

    private String string(boolean edge) {
        if (edge || random.nextInt(3) == 0) {
            return NASTY.get(random.nextInt(NASTY.size()));
        }
        StringBuilder s = new StringBuilder();
        for (int n = random.nextInt(30); n > 0; n--) {
            s.append((char) ('a' + random.nextInt(26)));
        }
        return s.toString();
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
