package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class JsonTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1.10",
                "0.1",
                "1.000000000000000000000000000000000001",
                "12345678901234567890123456789012345678901234567890",
                "100",
                "9223372036854775807",
                "9223372036854775808",
                "[1.50,{\"b\":null,\"a\":[]}]",
                "{\"z\":1,\"a\":{\"\":true},\"ü\":\"\\u0001é\\\"\"}"
            })
    void what_is_read_is_written_the_same(String text) {
        assertThat(Json.write(Json.parse(text))).isEqualTo(text);
        assertThat(Json.parse(text.getBytes(StandardCharsets.UTF_8))).isEqualTo(Json.parse(text));
    }

    @Test
    void a_number_with_an_exponent_keeps_its_value_and_digits() {
        assertThat(Json.parse("1.20e400").decimalValue()).isEqualTo(new java.math.BigDecimal("1.20e400"));
        assertThat(Json.parse(Json.write(Json.parse("1.20e400")))).isEqualTo(Json.parse("1.20e400"));
    }

    @Test
    void half_a_surrogate_pair_stays_what_it_is() {
        assertThat(Json.write(Json.parse("\"a\\uDC00b\""))).isEqualTo("\"a\\uDC00b\"");
        assertThat(Json.write(Json.parse("\"\\ud83d\\ude00\""))).isEqualTo("\"😀\"");
    }

    @Test
    void a_byte_order_mark_is_accepted() {
        assertThat(Json.parse("\uFEFF{}".getBytes(StandardCharsets.UTF_8))).isEqualTo(Json.object());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"a\":2} | line 1, column | Duplicate",
                "{\"a\":1          | line 1, column | end-of-input",
                "{\"a\":1} x       | line 1, column | unquoted word",
                "{\"a\":1} {}      | line 1, column | more text follows",
                "{'a':1}           | line 1, column | Unexpected character",
                "{\"a\":hunter2}   | line 1, column | unquoted word",
                "{\"a\":0123hunter2} | line 1, column | number",
                "``                | line 1, column 1 | empty",
                "[1]               | line 1, column 1 | object is expected"
            })
    void malformed_text_is_located_and_not_quoted(String text, String place, String detail) {
        Problem problem = problemOf(() -> Json.parseObject(text));
        assertThat(problem.code()).isEqualTo("JsonMalformed");
        assertThat(problem.location()).startsWith(place);
        assertThat(problem.message()).contains(detail).doesNotContain("hunter2");
    }

    @Test
    void the_place_of_a_mistake_is_line_and_column() {
        Problem problem = problemOf(() -> Json.parse("{\n  \"a\": 1,\n  \"b\" 2\n}"));
        assertThat(problem.location()).isEqualTo("line 3, column 7");
    }

    @Test
    void depth_name_string_number_and_size_have_limits() {
        assertLimit("[".repeat(300) + "]".repeat(300), "depth", "200");
        assertLimit("{\"" + "n".repeat(2_000) + "\":1}", "name", "1000");
        assertLimit("9".repeat(500), "Number", "400");
        assertLimit("\"" + "s".repeat(Json.MAX_STRING + 1) + "\"", "String", String.valueOf(Json.MAX_STRING));
        assertLimit("{\"a\":[0,1e999999999]}", "/a/1: The exponent", String.valueOf(Json.MAX_EXPONENT));
        assertLimit("[1e-999999999]", "/0: The exponent", String.valueOf(Json.MAX_EXPONENT));
        assertLimit("[" + "\"x\",".repeat(Json.MAX_BYTES / 4) + "1]", "length", String.valueOf(Json.MAX_BYTES));
    }

    @Test
    void random_documents_survive_the_round_trip() {
        for (int seed = 0; seed < 500; seed++) {
            JsonNode json = new Generator(new SplittableRandom(seed)).value(0);
            String text = Json.write(json);
            assertThat(Json.write(Json.parse(text))).as("seed %d", seed).isEqualTo(text);
            assertThat(Json.parse(text)).as("seed %d", seed).isEqualTo(json);
            assertThat(Json.parse(Json.pretty(json))).as("seed %d", seed).isEqualTo(json);
        }
    }

    private static void assertLimit(String text, String what, String limit) {
        Problem problem = problemOf(() -> Json.parse(text));
        assertThat(problem.code()).isEqualTo("DocumentLimitExceeded");
        assertThat(problem.message()).containsIgnoringCase(what).contains("at most " + limit);
    }

    static Problem problemOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        ProblemException e = catchThrowableOfType(ProblemException.class, call);
        assertThat(e).isNotNull();
        return e.problem();
    }

    /// Random JSON with awkward names, texts and numbers.
    private record Generator(SplittableRandom random) {
        JsonNode value(int depth) {
            return switch (random.nextInt(depth > 5 ? 4 : 6)) {
                case 0 -> Json.text(text());
                case 1 -> Json.parse(number());
                case 2 -> Json.parse(random.nextBoolean() ? "true" : "false");
                case 3 -> Json.nothing();
                case 4 -> {
                    ObjectNode object = Json.object();
                    for (int i = random.nextInt(6); i > 0; i--) {
                        object.set(text(), value(depth + 1));
                    }
                    yield object;
                }
                default -> {
                    ArrayNode array = Json.array();
                    for (int i = random.nextInt(6); i > 0; i--) {
                        array.add(value(depth + 1));
                    }
                    yield array;
                }
            };
        }

        private String text() {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i > 0; i--) {
                text.appendCodePoint(
                        switch (random.nextInt(5)) {
                            case 0 -> random.nextInt(0x20);
                            case 1 -> 0x1F600 + random.nextInt(60);
                            case 2 -> "\"\\/~@{}".charAt(random.nextInt(7));
                            default -> 'a' + random.nextInt(26);
                        });
            }
            return text.toString();
        }

        private String number() {
            String digits =
                    (random.nextBoolean() ? "-" : "") + (1 + random.nextInt(999)) + "0".repeat(random.nextInt(25));
            return random.nextBoolean() ? digits : digits + "." + random.nextInt(1_000_000) + "0";
        }
    }
}
