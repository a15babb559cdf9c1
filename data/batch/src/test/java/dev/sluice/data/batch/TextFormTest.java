package dev.sluice.data.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TextFormTest {
    private static final long SEED = 20_261_121L;
    private final MemoryBudget budget = new MemoryBudget(1 << 24);
    private final Random random = new Random(SEED);

    private Vector vector(DataType type) {
        return Vector.allocate(type, 1, budget);
    }

    private static String written(Vector v) {
        byte[] out = new byte[3 + TextForm.length(v, 0)];
        int end = TextForm.write(v, 0, out, 3);
        return new String(out, 3, end - 3, StandardCharsets.UTF_8);
    }

    /// Parses with rubbish on both sides that must not be looked at.
    private static boolean parsed(String text, Vector v) {
        byte[] bytes = ("9:" + text + ":99").getBytes(StandardCharsets.UTF_8);
        return TextForm.parse(bytes, 2, bytes.length - 3, v, 0);
    }

    private String again(DataType type, String text) {
        Vector v = vector(type);
        return parsed(text, v) ? written(v) : "refused";
    }

    @Test
    void integers_keep_to_the_bounds_of_their_type() {
        record Bounds(DataType type, String min, String below, String max, String above) {}
        for (Bounds b : List.of(
                new Bounds(DataType.INT8, "-128", "-129", "127", "128"),
                new Bounds(DataType.UINT8, "0", "-1", "255", "256"),
                new Bounds(DataType.INT16, "-32768", "-32769", "32767", "32768"),
                new Bounds(DataType.UINT16, "0", "-1", "65535", "65536"),
                new Bounds(DataType.INT32, "-2147483648", "-2147483649", "2147483647", "2147483648"),
                new Bounds(DataType.UINT32, "0", "-1", "4294967295", "4294967296"),
                new Bounds(
                        DataType.INT64,
                        "-9223372036854775808",
                        "-9223372036854775809",
                        "9223372036854775807",
                        "9223372036854775808"),
                new Bounds(DataType.UINT64, "0", "-1", "18446744073709551615", "18446744073709551616"))) {
            assertThat(again(b.type, b.min)).isEqualTo(b.min);
            assertThat(again(b.type, b.max)).isEqualTo(b.max);
            assertThat(again(b.type, b.below)).as(b.toString()).isEqualTo("refused");
            assertThat(again(b.type, b.above)).as(b.toString()).isEqualTo("refused");
            for (String bad : List.of("", " ", "-", "+", "1 2", "1.0", "1e3", "0x1", "99999999999999999999999", "１")) {
                assertThat(again(b.type, bad)).as(b.type + " '" + bad + "'").isEqualTo("refused");
            }
            assertThat(again(b.type, "  +007 ")).isEqualTo("7");
        }
        for (int i = 0; i < 2_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            assertThat(again(DataType.INT64, Long.toString(value))).isEqualTo(Long.toString(value));
            assertThat(again(DataType.UINT64, Long.toUnsignedString(value))).isEqualTo(Long.toUnsignedString(value));
        }
    }

    @Test
    void numbers_of_every_length_come_back_whatever_stands_around_them() {
        for (int digits = 1; digits <= 18; digits++) {
            long from = digits == 1 ? 0 : IntegerText.POWERS[digits - 1];
            for (long value : new long[] {
                from, from + 1, IntegerText.POWERS[digits] - 1, random.nextLong(from, IntegerText.POWERS[digits])
            }) {
                for (String text : List.of(Long.toString(value), "-" + value)) {
                    String expected = text.equals("-0") ? "0" : text;
                    assertThat(again(DataType.INT64, text)).isEqualTo(expected);
                    for (int scale = 1; scale <= 8; scale++) {
                        DataType type = DataType.decimal(18, scale);
                        String decimal = new java.math.BigDecimal(expected)
                                .movePointLeft(scale)
                                .setScale(scale)
                                .toPlainString();
                        assertThat(again(type, decimal)).isEqualTo(decimal);
                        assertThat(again(type, decimal.replace('.', ':'))).isEqualTo("refused");
                    }
                }
            }
        }
        assertThat(again(DataType.decimal(4, 2), "100.00")).isEqualTo("refused");
        for (char other : new char[] {'/', ':', ' ', 'a', '\u00b1'}) {
            for (int at = 0; at < 8; at++) {
                String spoiled = new StringBuilder("12345678").insert(at, other).substring(0, 8);
                if (at > 0 || other != ' ') {
                    assertThat(again(DataType.INT64, spoiled))
                            .as(spoiled)
                            .isEqualTo(spoiled.endsWith(" ") ? spoiled.strip() : "refused");
                }
            }
        }
    }

    @Test
    void every_day_of_four_centuries_is_written_as_the_calendar_has_it() {
        for (int day = -719_162; day <= 2_932_896; day += day > -146_097 && day < 146_097 ? 1 : 97) {
            IntVector v = (IntVector) vector(DataType.DATE);
            v.values()[0] = day;
            assertThat(written(v)).isEqualTo(java.time.LocalDate.ofEpochDay(day).toString());
        }
    }

    @Test
    void booleans_are_written_as_data_factory_does_and_read_leniently() {
        for (String yes : List.of("True", "true", "TRUE", "1", " true ")) {
            assertThat(again(DataType.BOOLEAN, yes)).isEqualTo("True");
        }
        for (String no : List.of("False", "false", "0")) {
            assertThat(again(DataType.BOOLEAN, no)).isEqualTo("False");
        }
        for (String bad : List.of("", "yes", "2", "10", "tru", "truee", "T")) {
            assertThat(again(DataType.BOOLEAN, bad)).isEqualTo("refused");
        }
    }

    @Test
    void decimals_agree_with_big_decimal() {
        for (int i = 0; i < 20_000; i++) {
            int precision = 1 + random.nextInt(38);
            int scale = random.nextInt(precision + 1);
            DataType type = DataType.decimal(precision, scale);
            BigDecimal value = number(1 + random.nextInt(40), random.nextInt(45) - 4);
            String text = switch (random.nextInt(3)) {
                case 0 -> value.toString();
                case 1 -> value.toPlainString();
                default -> value.toEngineeringString();
            };
            assertThat(again(type, text)).as(type + " " + text).isEqualTo(expected(value, type));
        }
    }

    private BigDecimal number(int digits, int scale) {
        StringBuilder s = new StringBuilder(random.nextBoolean() ? "-" : "");
        for (int i = 0; i < digits; i++) {
            s.append(random.nextInt(3) == 0 ? 0 : random.nextInt(10));
        }
        return new BigDecimal(new BigInteger(s.toString()), scale);
    }

    private static String expected(BigDecimal value, DataType type) {
        try {
            BigDecimal exact = value.setScale(type.scale(), RoundingMode.UNNECESSARY);
            return exact.precision() > type.precision() ? "refused" : exact.toPlainString();
        } catch (ArithmeticException e) {
            return "refused";
        }
    }

    @Test
    void decimals_at_the_edges() {
        DataType wide = DataType.decimal(38, 10);
        assertThat(again(wide, "9999999999999999999999999999.9999999999"))
                .isEqualTo("9999999999999999999999999999.9999999999");
        assertThat(again(wide, "-0.0000000001")).isEqualTo("-0.0000000001");
        assertThat(again(wide, "-0")).isEqualTo("0.0000000000");
        assertThat(again(DataType.decimal(38, 38), "0." + "9".repeat(38))).isEqualTo("0." + "9".repeat(38));
        assertThat(again(DataType.decimal(38, 0), "-" + "9".repeat(38))).isEqualTo("-" + "9".repeat(38));
        assertThat(again(DataType.decimal(18, 18), "0." + "9".repeat(18))).isEqualTo("0." + "9".repeat(18));
        for (DataType type : List.of(DataType.decimal(10, 2), wide)) {
            for (String bad :
                    List.of("", ".", "-", "-.", "1e", "1e+", "e5", "1..2", "1.2.3", "1,5", "0x1", "1e999999999")) {
                assertThat(again(type, bad)).as(type + " '" + bad + "'").isEqualTo("refused");
            }
        }
        assertThat(again(DataType.decimal(10, 2), "1.")).isEqualTo("1.00");
        assertThat(again(DataType.decimal(10, 2), ".5")).isEqualTo("0.50");
        assertThat(again(DataType.decimal(10, 2), "0.000e50")).isEqualTo("0.00");
        assertThat(again(DataType.decimal(10, 2), "1.50000000000000000000000")).isEqualTo("1.50");
        assertThat(again(DataType.decimal(10, 2), "1.505")).isEqualTo("refused");
        assertThat(again(DataType.decimal(10, 2), "100000000")).isEqualTo("refused");
    }

    @Test
    void floats_round_trip_with_the_fewest_digits() {
        for (int i = 0; i < 20_000; i++) {
            double d = switch (random.nextInt(4)) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextInt(10_000_000) / 100.0;
                case 2 -> random.nextGaussian() * 1e6;
                default -> random.nextLong();
            };
            DoubleVector v = (DoubleVector) vector(DataType.FLOAT64);
            v.values()[0] = d;
            String text = written(v);
            assertThat(Double.parseDouble(text)).isEqualTo((Double) d);
            if (Double.isFinite(d)) {
                assertThat(new BigDecimal(text)).as(text).isEqualByComparingTo(new BigDecimal(Double.toString(d)));
            }
            assertThat(parsed(text, v)).as(text).isTrue();
            assertThat(v.values()[0]).isEqualTo((Double) d);
            float f = random.nextBoolean() ? (float) d : Float.intBitsToFloat(random.nextInt());
            DoubleVector w = (DoubleVector) vector(DataType.FLOAT32);
            w.values()[0] = f;
            text = written(w);
            assertThat(Float.parseFloat(text)).isEqualTo((Float) f);
            if (Float.isFinite(f)) {
                assertThat(new BigDecimal(text)).as(text).isEqualByComparingTo(new BigDecimal(Float.toString(f)));
            }
            assertThat(parsed(text, w)).isTrue();
            assertThat((float) w.values()[0]).isEqualTo((Float) f);
        }
    }

    @Test
    void floats_at_the_edges() {
        DataType d = DataType.FLOAT64;
        assertThat(again(d, "5.0")).isEqualTo("5");
        assertThat(again(d, "-0")).isEqualTo("-0");
        assertThat(again(d, "1e-3")).isEqualTo("0.001");
        assertThat(again(d, "4.9E-324")).isEqualTo("4.9E-324");
        assertThat(again(d, "1.7976931348623157E308")).isEqualTo("1.7976931348623157E308");
        assertThat(again(d, "1e15")).isEqualTo("1.0E15");
        assertThat(again(d, "nan")).isEqualTo("NaN");
        assertThat(again(d, "-inf")).isEqualTo("-Infinity");
        assertThat(again(d, "Infinity")).isEqualTo("Infinity");
        for (String bad :
                List.of("", ".", "-", "1e", "e1", "1d", "1f", "0x1p3", "1 2", "1e309", "--1", "1e99999999999")) {
            assertThat(again(d, bad)).as(bad).isEqualTo("refused");
        }
        assertThat(again(DataType.FLOAT32, "1e39")).isEqualTo("refused");
        assertThat(again(DataType.FLOAT32, "16777217")).isEqualTo("1.6777216E7");
    }

    @Test
    void dates_agree_with_java_time() {
        for (int i = 0; i < 20_000; i++) {
            IntVector v = (IntVector) vector(DataType.DATE);
            int day = i < 10_000 ? random.nextInt(1_000_000) - 500_000 : random.nextInt();
            v.values()[0] = day;
            String text = LocalDate.ofEpochDay(day).toString();
            assertThat(written(v)).isEqualTo(text);
            v.values()[0] = 0;
            assertThat(parsed(text, v)).as(text).isTrue();
            assertThat(v.values()[0]).isEqualTo(day);
        }
    }

    @Test
    void dates_that_do_not_exist_are_refused() {
        DataType d = DataType.DATE;
        assertThat(again(d, "2024-02-29")).isEqualTo("2024-02-29");
        assertThat(again(d, "2024-02-29 00:00:00.000")).isEqualTo("2024-02-29");
        assertThat(again(d, "2024-02-29T00:00")).isEqualTo("2024-02-29");
        for (String bad : List.of(
                "2023-02-29",
                "1900-02-29",
                "2024-13-01",
                "2024-00-01",
                "2024-01-00",
                "2024-04-31",
                "24-01-01",
                "2024-1-1",
                "2024-01-011",
                "20240101",
                "2024/01/01",
                "12024-01-01",
                "2024-02-29 00:00:01",
                "2024-02-29 00:00:00.001",
                "2024-02-29 ",
                "2024-02-29x",
                "+999999999-01-01",
                "")) {
            String expected = bad.equals("2024-02-29 ") ? "2024-02-29" : "refused";
            assertThat(again(d, bad)).as(bad).isEqualTo(expected);
        }
    }

    @Test
    void timestamps_agree_with_java_time() {
        DateTimeFormatter seconds = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
        for (int digits : new int[] {3, 6, 7, 9}) {
            DataType type = DataType.timestamp(digits);
            for (int i = 0; i < 3_000; i++) {
                LongVector v = (LongVector) vector(type);
                long value = random.nextLong() >> (digits == 9 ? 0 : 2 * (10 - digits));
                v.values()[0] = value;
                long perSecond = type.unitsPerSecond();
                LocalDateTime t = LocalDateTime.ofEpochSecond(
                        Math.floorDiv(value, perSecond),
                        (int) (Math.floorMod(value, perSecond) * (1_000_000_000L / perSecond)),
                        ZoneOffset.UTC);
                if (t.getYear() < 0 || t.getYear() > 9999) {
                    continue;
                }
                String fraction = t.getNano() == 0
                        ? ""
                        : String.format(".%09d", t.getNano()).replaceAll("0+$", "");
                String text = seconds.format(t) + fraction;
                assertThat(written(v)).isEqualTo(text);
                v.values()[0] = 0;
                assertThat(parsed(text, v)).as(text).isTrue();
                assertThat(v.values()[0]).isEqualTo(value);
            }
        }
    }

    @Test
    void the_farthest_timestamps_round_trip_and_the_next_unit_is_refused() {
        for (int digits : new int[] {3, 6, 7, 9}) {
            for (long value : new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE}) {
                LongVector v = (LongVector) vector(DataType.timestamp(digits));
                v.values()[0] = value;
                String text = written(v);
                v.values()[0] = 42;
                assertThat(parsed(text, v)).as(text).isTrue();
                assertThat(v.values()[0]).as(text).isEqualTo(value);
            }
        }
        assertThat(again(DataType.timestamp(9), "2262-04-11 23:47:16.854775807"))
                .isEqualTo("2262-04-11 23:47:16.854775807");
        assertThat(again(DataType.timestamp(9), "2262-04-11 23:47:16.854775808"))
                .isEqualTo("refused");
        assertThat(again(DataType.timestamp(9), "1677-09-21 00:12:43.145224191"))
                .isEqualTo("refused");
    }

    @Test
    void timestamps_take_zones_and_short_forms_but_lose_nothing() {
        DataType t = DataType.timestamp(6);
        DataType i = DataType.instant(6);
        assertThat(again(t, "2020-02-03T04:05:06Z")).isEqualTo("2020-02-03 04:05:06");
        assertThat(again(t, "2020-02-03 04:05")).isEqualTo("2020-02-03 04:05:00");
        assertThat(again(t, "2020-02-03")).isEqualTo("2020-02-03 00:00:00");
        assertThat(again(t, "2020-02-03 24:00:00")).isEqualTo("2020-02-04 00:00:00");
        assertThat(again(i, "2020-02-03 04:05:06.10 +05:30")).isEqualTo("2020-02-02 22:35:06.1 +00:00");
        assertThat(again(i, "2020-02-03 04:05:06-08")).isEqualTo("2020-02-03 12:05:06 +00:00");
        assertThat(again(i, "2020-02-03 04:05:06-0830")).isEqualTo("2020-02-03 12:35:06 +00:00");
        assertThat(again(i, "2020-02-03 04:05:06")).isEqualTo("2020-02-03 04:05:06 +00:00");
        assertThat(again(t, "2020-02-03 04:05:06.1234560")).isEqualTo("2020-02-03 04:05:06.123456");
        for (String bad : List.of(
                "2020-02-03 04:05:06.1234561",
                "2020-02-03 04:05:60",
                "2020-02-03 25:00:00",
                "2020-02-03 04:60:00",
                "2020-02-03 04:05:06.",
                "2020-02-03 04:05:06+19:00",
                "2020-02-03 04:05:06+5",
                "2020-02-03 04",
                "2020-02-03 04:05:06 +",
                "2020-02-03 04:05:06 ZZ",
                "2020-02-03X04:05:06",
                "04:05:06")) {
            assertThat(again(t, bad)).as(bad).isEqualTo("refused");
        }
    }

    @Test
    void times_of_day_agree_with_java_time() {
        for (int i = 0; i < 3_000; i++) {
            long micros = random.nextLong(86_400_000_000L);
            LongVector v = (LongVector) vector(DataType.time(6));
            v.values()[0] = micros;
            LocalTime time = LocalTime.ofNanoOfDay(micros * 1_000);
            assertThat(LocalTime.parse(written(v))).isEqualTo(time);
            assertThat(parsed(time.toString(), v)).isTrue();
            assertThat(v.values()[0]).isEqualTo(micros);
        }
        assertThat(again(DataType.time(3), "24:00")).isEqualTo("24:00:00");
        assertThat(again(DataType.time(3), "24:00:00.001")).isEqualTo("refused");
        assertThat(again(DataType.time(3), "1:00")).isEqualTo("refused");
    }

    @Test
    void durations_are_written_as_dotnet_does() {
        DataType d = DataType.duration(7);
        assertThat(again(d, "00:00:00")).isEqualTo("00:00:00");
        assertThat(again(d, "-1.02:03:04.5")).isEqualTo("-1.02:03:04.5");
        assertThat(again(d, "36:00:00")).isEqualTo("1.12:00:00");
        assertThat(again(d, "100:30")).isEqualTo("4.04:30:00");
        assertThat(again(d, "10675199.02:48:05.4775807")).isEqualTo("10675199.02:48:05.4775807");
        assertThat(again(d, "-10675199.02:48:05.4775808")).isEqualTo("-10675199.02:48:05.4775808");
        for (String bad :
                List.of("10675199.02:48:05.4775808", "1", "1.", "1.24:00:00", "00:61:00", "00:00:99", "-", "a")) {
            assertThat(again(d, bad)).as(bad).isEqualTo("refused");
        }
        for (int i = 0; i < 3_000; i++) {
            LongVector v = (LongVector) vector(DataType.duration(9));
            long value = random.nextLong() >> random.nextInt(64);
            v.values()[0] = value;
            String text = written(v);
            v.values()[0] = 0;
            assertThat(parsed(text, v)).as(text).isTrue();
            assertThat(v.values()[0]).isEqualTo(value);
        }
    }

    @Test
    void guids_and_binary_agree_with_the_jdk() {
        for (int i = 0; i < 1_000; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            assertThat(again(DataType.GUID, id.toString())).isEqualTo(id.toString());
            assertThat(again(DataType.GUID, "{" + id.toString().toUpperCase(java.util.Locale.ROOT) + "}"))
                    .isEqualTo(id.toString());
            assertThat(again(DataType.GUID, id.toString().replace("-", ""))).isEqualTo(id.toString());
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            String text = Base64.getEncoder().encodeToString(bytes);
            BytesVector v = (BytesVector) vector(DataType.BINARY);
            assertThat(parsed(text, v)).isTrue();
            assertThat(java.util.Arrays.copyOf(v.data(), v.offsets()[1])).isEqualTo(bytes);
            assertThat(written(v)).isEqualTo(text);
        }
        for (String bad : List.of("AA", "A===", "AAA*", "AB==", "=AAA", "AA=A")) {
            assertThat(again(DataType.BINARY, bad)).as(bad).isEqualTo("refused");
        }
        for (String bad : List.of(
                "", "f81d4fae", "f81d4fae-7dec-11d0-a765-00a0c91e6bfg", "f81d4fae+7dec-11d0-a765-00a0c91e6bf6")) {
            assertThat(again(DataType.GUID, bad)).as(bad).isEqualTo("refused");
        }
    }

    @Test
    void strings_are_taken_as_they_are() {
        assertThat(again(DataType.STRING, "  a\n\"𝄞 ")).isEqualTo("  a\n\"𝄞 ");
        assertThat(again(DataType.STRING, "")).isEmpty();
    }

    @Test
    void no_text_however_damaged_is_more_than_refused() {
        String alphabet = "0123456789-+:. TZeE{}=aA";
        List<DataType> types = List.of(
                DataType.INT32,
                DataType.UINT64,
                DataType.INT64,
                DataType.decimal(9, 3),
                DataType.decimal(30, 3),
                DataType.FLOAT32,
                DataType.FLOAT64,
                DataType.DATE,
                DataType.time(3),
                DataType.timestamp(7),
                DataType.instant(9),
                DataType.duration(6),
                DataType.BINARY,
                DataType.GUID,
                DataType.BOOLEAN);
        for (int i = 0; i < 30_000; i++) {
            StringBuilder s = new StringBuilder();
            for (int n = random.nextInt(24); n > 0; n--) {
                s.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            DataType type = types.get(random.nextInt(types.size()));
            String once = again(type, s.toString());
            if (!once.equals("refused")) {
                assertThat(again(type, once)).as(type + " '" + s + "'").isEqualTo(once);
            }
        }
    }
}
