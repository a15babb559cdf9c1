package dev.sluice.data.copy.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.Rows;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConversionsTest {
    private static final Object REFUSED = "(refused)";
    private final MemoryBudget budget = new MemoryBudget(1L << 28);
    private ConversionSettings settings = ConversionSettings.DEFAULT;

    private void strict() {
        settings = new ConversionSettings(false, false, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The values converted, REFUSED where one was refused.
    private List<@Nullable Object> converted(DataType from, DataType to, List<@Nullable Object> values) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        values.forEach(v -> rows.add(Rows.row(v)));
        List<@Nullable Object> result = new ArrayList<>();
        try (Batch source = Rows.batch(Schema.of(new Field("v", from)), budget, rows);
                Batch target = new Batch(Schema.of(new Field("v", to)), Math.max(1, rows.size()), budget)) {
            Converter converter = Conversions.between(from, to, settings).orElseThrow();
            List<Integer> refused = new ArrayList<>();
            // Twice, because converters are used again and must not remember.
            for (int round = 0; round < 2; round++) {
                target.clear();
                refused.clear();
                converter.convert(source.vector(0), target.vector(0), rows.size(), (row, v, detail) -> {
                    assertThat(detail).endsWith(".");
                    refused.add(row);
                });
            }
            target.setRows(rows.size());
            Rows.of(target).forEach(r -> result.add(r.getFirst()));
            for (int row : refused) {
                assertThat(result.get(row)).isNull();
                result.set(row, REFUSED);
            }
        }
        return result;
    }

    private @Nullable Object one(DataType from, DataType to, Object value) {
        return converted(from, to, Rows.row(value)).getFirst();
    }

    private static boolean isNumber(DataType t) {
        return Conversions.isNumber(t);
    }

    @Test
    void the_pairs_are_data_factorys() {
        for (DataType from : RandomData.allTypes()) {
            for (DataType to : RandomData.allTypes()) {
                boolean text = from.kind() == DataType.Kind.STRING || to.kind() == DataType.Kind.STRING;
                boolean numbers = isNumber(from) && isNumber(to);
                boolean dates = from.interimName().startsWith("DateTime")
                        && to.interimName().startsWith("DateTime");
                boolean spans = from.interimName().equals("TimeSpan")
                        && to.interimName().equals("TimeSpan");
                assertThat(Conversions.between(from, to, settings).isPresent())
                        .as(from + " to " + to)
                        .isEqualTo(text || numbers || dates || spans || from.equals(to));
            }
        }
    }

    @Test
    void everything_goes_to_text_and_back() {
        RandomData random = new RandomData(17);
        for (DataType type : RandomData.allTypes()) {
            List<@Nullable Object> values = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                values.add(i % 9 == 0 ? null : random.value(type));
            }
            List<@Nullable Object> text = converted(type, DataType.STRING, values);
            assertThat(converted(DataType.STRING, type, text))
                    .as(type.toString())
                    .isEqualTo(values);
            assertThat(converted(type, type, values)).as(type.toString()).isEqualTo(values);
        }
    }

    @Test
    void numbers_agree_with_big_decimal() {
        RandomData random = new RandomData(23);
        List<DataType> numbers = RandomData.allTypes().stream()
                .filter(t -> isNumber(t) && t.kind() != DataType.Kind.BOOLEAN)
                .toList();
        for (boolean truncate : new boolean[] {true, false}) {
            settings = truncate ? ConversionSettings.DEFAULT : settings;
            if (!truncate) {
                strict();
            }
            for (DataType from : numbers) {
                List<@Nullable Object> values = new ArrayList<>();
                for (int i = 0; i < 120; i++) {
                    values.add(i % 11 == 0 ? null : random.value(from));
                }
                for (DataType to : numbers) {
                    List<@Nullable Object> expected = new ArrayList<>();
                    for (Object v : values) {
                        expected.add(v == null ? null : expected(v, from, to, truncate));
                    }
                    assertThat(converted(from, to, values))
                            .as(from + " to " + to + (truncate ? "" : " strict"))
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static Object expected(Object v, DataType from, DataType to, boolean truncate) {
        BigDecimal exact = new BigDecimal(v.toString());
        if (to.kind() == DataType.Kind.FLOAT64 || to.kind() == DataType.Kind.FLOAT32) {
            return toFloat(v, exact, from, to);
        }
        boolean decimal = to.kind() == DataType.Kind.DECIMAL;
        // Floats are cut by their own value, not by their shortest text.
        BigDecimal source = !decimal && v instanceof Number n && (v instanceof Double || v instanceof Float)
                ? new BigDecimal(n.doubleValue())
                : exact;
        BigDecimal scaled = source.setScale(to.scale(), decimal ? RoundingMode.HALF_UP : RoundingMode.DOWN);
        if (!truncate && scaled.compareTo(source) != 0) {
            return REFUSED;
        }
        BigDecimal min = BigDecimal.ZERO;
        BigDecimal max;
        switch (to.kind()) {
            case DECIMAL -> {
                return scaled.precision() > to.precision() ? REFUSED : scaled;
            }
            case UINT64 -> max = new BigDecimal("18446744073709551615");
            default -> {
                min = BigDecimal.valueOf(Longs.min(to));
                max = BigDecimal.valueOf(Longs.max(to));
            }
        }
        if (scaled.compareTo(min) < 0 || scaled.compareTo(max) > 0) {
            return REFUSED;
        }
        return switch (to.kind()) {
            case UINT64 -> scaled.toBigInteger();
            case INT64, UINT32 -> scaled.longValueExact();
            default -> scaled.intValueExact();
        };
    }

    private static Object toFloat(Object v, BigDecimal exact, DataType from, DataType to) {
        double wide = v instanceof Number n && !(v instanceof BigDecimal) && !(v instanceof java.math.BigInteger)
                ? n.doubleValue()
                : from.precision() <= 18 && from.kind() == DataType.Kind.DECIMAL
                        ? exact.unscaledValue().longValueExact() / Math.pow(10, from.scale())
                        : exact.doubleValue();
        if (to.kind() == DataType.Kind.FLOAT64) {
            return wide;
        }
        boolean big = from.kind() == DataType.Kind.UINT64 || from.precision() > 18;
        float narrow = big ? exact.floatValue() : (float) wide;
        return Float.isInfinite(narrow) ? REFUSED : (Object) narrow;
    }

    @Test
    void booleans_are_one_and_zero_and_everything_but_zero_is_true() {
        for (DataType t :
                RandomData.allTypes().stream().filter(ConversionsTest::isNumber).toList()) {
            boolean fits = t.precision() == 0 || t.precision() > t.scale();
            assertThat(one(DataType.BOOLEAN, t, false).toString()).matches("0(\\.0+)?|false|0E-20|0E-18");
            assertThat(one(DataType.BOOLEAN, t, true)).as(t.toString()).satisfies(v -> {
                if (fits) {
                    assertThat(v.toString()).matches("1(\\.0+)?|true");
                } else {
                    assertThat(v).isEqualTo(REFUSED);
                }
            });
        }
        assertThat(one(DataType.INT32, DataType.BOOLEAN, -3)).isEqualTo(true);
        assertThat(one(DataType.FLOAT64, DataType.BOOLEAN, 0.0)).isEqualTo(false);
        assertThat(one(DataType.FLOAT64, DataType.BOOLEAN, Double.NaN)).isEqualTo(REFUSED);
        settings = ConversionSettings.of(
                new Settings("", Map.of("typeConversionSettings", Map.of("treatBooleanAsNumber", true))));
        assertThat(one(DataType.BOOLEAN, DataType.STRING, true)).isEqualTo("1");
        assertThat(converted(DataType.BOOLEAN, DataType.STRING, Rows.row(false, null)))
                .isEqualTo(Rows.row("0", null));
    }

    @Test
    void floats_at_the_edge_of_integers() {
        assertThat(one(DataType.FLOAT64, DataType.INT64, 9.223372036854775E18)).isEqualTo(9223372036854774784L);
        assertThat(one(DataType.FLOAT64, DataType.INT64, 9.223372036854775807E18))
                .isEqualTo(REFUSED);
        assertThat(one(DataType.FLOAT64, DataType.INT64, -9.223372036854775808E18))
                .isEqualTo(Long.MIN_VALUE);
        assertThat(one(DataType.FLOAT64, DataType.INT32, Double.POSITIVE_INFINITY))
                .isEqualTo(REFUSED);
        assertThat(one(DataType.FLOAT64, DataType.INT8, -128.9)).isEqualTo(-128);
        assertThat(one(DataType.FLOAT64, DataType.decimal(10, 2), 0.1)).isEqualTo(new BigDecimal("0.10"));
        assertThat(one(DataType.FLOAT64, DataType.decimal(10, 2), Double.NaN)).isEqualTo(REFUSED);
        strict();
        assertThat(one(DataType.FLOAT64, DataType.INT8, -127.5)).isEqualTo(REFUSED);
    }

    @Test
    void dates_and_times_agree_with_java_time() {
        LocalDateTime t = LocalDateTime.of(1969, 12, 31, 23, 59, 58, 123_456_700);
        Instant i = t.toInstant(ZoneOffset.UTC);
        assertThat(one(DataType.timestamp(7), DataType.timestamp(3), t)).isEqualTo(t.truncatedTo(ChronoUnit.MILLIS));
        assertThat(one(DataType.timestamp(7), DataType.timestamp(9), t)).isEqualTo(t);
        assertThat(one(DataType.timestamp(7), DataType.instant(6), t)).isEqualTo(i.truncatedTo(ChronoUnit.MICROS));
        assertThat(one(DataType.instant(9), DataType.DATE, i)).isEqualTo(LocalDate.of(1969, 12, 31));
        assertThat(one(DataType.DATE, DataType.timestamp(6), LocalDate.of(1, 1, 1)))
                .isEqualTo(LocalDateTime.of(1, 1, 1, 0, 0));
        assertThat(one(DataType.DATE, DataType.timestamp(9), LocalDate.of(1, 1, 1)))
                .isEqualTo(REFUSED);
        assertThat(one(DataType.timestamp(3), DataType.instant(9), LocalDateTime.of(9999, 1, 1, 0, 0)))
                .isEqualTo(REFUSED);
        assertThat(one(DataType.time(9), DataType.duration(3), LocalTime.of(1, 2, 3, 4_999_999)))
                .isEqualTo(Duration.ofHours(1).plusMinutes(2).plusSeconds(3).plusMillis(4));
        assertThat(one(DataType.duration(6), DataType.time(3), Duration.ofHours(25)))
                .isEqualTo(REFUSED);
        assertThat(one(DataType.duration(6), DataType.time(3), Duration.ofHours(-1)))
                .isEqualTo(REFUSED);
        strict();
        assertThat(one(DataType.timestamp(7), DataType.timestamp(3), t)).isEqualTo(REFUSED);
        assertThat(one(DataType.timestamp(7), DataType.DATE, t)).isEqualTo(REFUSED);
    }

    @Test
    void text_is_read_leniently_where_truncation_is_allowed() {
        DataType money = DataType.decimal(5, 2);
        assertThat(converted(
                        DataType.STRING,
                        money,
                        Rows.row("1.005", "-1.005", "999.994", "999.995", "x", "", null, "1e400", "1e-400")))
                .isEqualTo(Rows.row(
                        new BigDecimal("1.01"),
                        new BigDecimal("-1.01"),
                        new BigDecimal("999.99"),
                        REFUSED,
                        REFUSED,
                        REFUSED,
                        null,
                        REFUSED,
                        new BigDecimal("0.00")));
        assertThat(one(DataType.STRING, DataType.DATE, "2020-02-29 13:14:15")).isEqualTo(LocalDate.of(2020, 2, 29));
        assertThat(one(DataType.STRING, DataType.timestamp(3), "2020-02-29T13:14:15.1239999"))
                .isEqualTo(LocalDateTime.of(2020, 2, 29, 13, 14, 15, 123_000_000));
        assertThat(one(DataType.STRING, DataType.DATE, "2/29/2020")).isEqualTo(LocalDate.of(2020, 2, 29));
        assertThat(one(DataType.STRING, DataType.timestamp(6), "12/31/2020 1:02:03 PM"))
                .isEqualTo(LocalDateTime.of(2020, 12, 31, 13, 2, 3));
        assertThat(one(DataType.STRING, DataType.DATE, "31/12/2020")).isEqualTo(REFUSED);
        strict();
        assertThat(one(DataType.STRING, money, "1.005")).isEqualTo(REFUSED);
        assertThat(one(DataType.STRING, DataType.DATE, "2020-02-29 13:14:15")).isEqualTo(REFUSED);
        assertThat(one(DataType.STRING, DataType.GUID, "no guid")).isEqualTo(REFUSED);
        assertThat(one(DataType.STRING, DataType.BINARY, "*")).isEqualTo(REFUSED);
    }

    private static ConversionSettings formats(String dateTime, String offset) {
        return ConversionSettings.of(new Settings(
                "",
                Map.of("typeConversionSettings", Map.of("dateTimeFormat", dateTime, "dateTimeOffsetFormat", offset))));
    }

    @Test
    void the_activitys_formats_are_used_both_ways() {
        settings = formats("dd.MM.yyyy HH:mm:ss.fff", "yyyy-MM-dd'T'HH:mm:sszzz");
        LocalDateTime t = LocalDateTime.of(2020, 2, 29, 13, 14, 15, 678_000_000);
        assertThat(one(DataType.timestamp(6), DataType.STRING, t)).isEqualTo("29.02.2020 13:14:15.678");
        assertThat(one(DataType.STRING, DataType.timestamp(6), "29.02.2020 13:14:15.678"))
                .isEqualTo(t);
        assertThat(one(DataType.STRING, DataType.timestamp(6), "2020-02-29 13:14:15.678"))
                .isEqualTo(t);
        assertThat(one(DataType.instant(3), DataType.STRING, Instant.parse("2020-02-29T13:14:15Z")))
                .isEqualTo("2020-02-29T13:14:15+00:00");
        assertThat(one(DataType.STRING, DataType.instant(3), "2020-02-29T13:14:15+02:00"))
                .isEqualTo(Instant.parse("2020-02-29T11:14:15Z"));
        settings = formats("MM/dd/yy", "K");
        assertThat(one(DataType.DATE, DataType.STRING, LocalDate.of(2021, 3, 4)))
                .isEqualTo("03/04/21");
        assertThat(one(DataType.STRING, DataType.DATE, "03/04/21")).isEqualTo(LocalDate.of(2021, 3, 4));
    }

    @Test
    void a_column_with_nothing_but_nulls_stays_so() {
        for (DataType from : RandomData.allTypes()) {
            for (DataType to :
                    List.of(DataType.STRING, DataType.INT32, DataType.decimal(38, 2), DataType.timestamp(6))) {
                if (Conversions.between(from, to, settings).isPresent()) {
                    assertThat(converted(from, to, Rows.row(null, null))).isEqualTo(Rows.row(null, null));
                }
            }
        }
    }
}
