package dev.sluice.formats.text.json;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonReadingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n",
                "{\"a\":1,\"b\":\"x\"}{\"a\":2,\"b\":\"y\"}",
                "[{\"a\":1,\"b\":\"x\"},{\"b\":\"y\",\"a\":2}]",
                "\r\n [ {\"a\" : 1 , \"b\" : \"x\", \"b\" : \"x\"}\r\n , {\"a\":2,\"b\":\"y\"} ]\r\n",
                "\ufeff{\"a\":1,\"b\":\"x\"}\r\n\r\n{\"a\":2,\"b\":\"y\"}"
            })
    void objects_are_rows_however_they_are_put_together(String text) throws IOException {
        try (JsonFixture fixture = new JsonFixture()) {
            var decoder = JsonFixture.decoder(TreeMapping.NONE);
            assertThat(fixture.schema(decoder, text).names()).containsExactly("a", "b");
            assertThat(fixture.read(decoder, text)).containsExactly(row(1L, "x"), row(2L, "y"));
        }
    }

    @Test
    void members_that_are_absent_or_null_are_null_and_the_last_of_one_name_counts() throws IOException {
        try (JsonFixture fixture = new JsonFixture()) {
            assertThat(fixture.read(
                            JsonFixture.decoder(TreeMapping.NONE),
                            "{\"a\":1,\"a\":2}{\"b\":true}{\"a\":null,\"b\":false}"))
                    .containsExactly(row(2L, null), row(null, true), row(null, false));
        }
    }

    @Test
    void types_hold_every_digit_of_the_sample() throws IOException {
        String text = """
                {"i":1,"d":1.5,"big":12345678901234567890,"dec":0.1234567890123456789,"m":1,"n":"NaN","t":"2024-01-01T00:00:00Z"}
                {"i":-9223372036854775808,"d":1e300,"big":1,"dec":12,"m":"x","n":2.5,"t":null}
                """;
        try (JsonFixture fixture = new JsonFixture()) {
            var decoder = JsonFixture.decoder(TreeMapping.NONE);
            assertThat(fixture.schema(decoder, text).fields().stream().map(f -> f.type()))
                    .containsExactly(
                            DataType.INT64,
                            DataType.FLOAT64,
                            DataType.decimal(38, 0),
                            DataType.decimal(38, 19),
                            DataType.STRING,
                            DataType.FLOAT64,
                            DataType.STRING);
            assertThat(fixture.read(decoder, text).getFirst())
                    .containsExactly(
                            1L,
                            1.5,
                            new BigDecimal("12345678901234567890"),
                            new BigDecimal("0.1234567890123456789"),
                            "1",
                            Double.NaN,
                            "2024-01-01T00:00:00Z");
        }
    }

    @Test
    void paths_go_into_objects_and_arrays() throws IOException {
        String text =
                "{\"id\":1,\"who\":{\"name\":\"Ann\",\"tags\":[\"x\",{\"y\":7}]}}\n{\"id\":2,\"who\":null}\n{\"id\":3,\"who\":\"no object\"}";
        try (JsonFixture fixture = new JsonFixture()) {
            assertThat(fixture.read(
                            JsonFixture.decoder(
                                    JsonFixture.paths("", "$['id']", "$.who.name", "$.who.tags[1].y", "who.tags[0]")),
                            text))
                    .containsExactly(row(1L, "Ann", 7L, "x"), row(2L, null, null, null), row(3L, null, null, null));
        }
    }

    @Test
    void a_collection_is_applied_to_the_values_around_it_also_those_behind_it() throws IOException {
        String text = """
                {"order":1,"items":[{"sku":"a","n":1},{"sku":"b","n":2}],"buyer":{"name":"Ann"}}
                {"order":2,"items":[],"buyer":{"name":"Bob"}}
                {"order":3,"buyer":{"name":"Cid"}}
                {"items":[{"sku":"c"}],"order":4}
                """;
        try (JsonFixture fixture = new JsonFixture()) {
            assertThat(fixture.read(
                            JsonFixture.decoder(
                                    JsonFixture.paths("$['items']", "$.order", "['sku']", "n", "$.buyer.name")),
                            text))
                    .containsExactly(row(1L, "a", 1L, "Ann"), row(1L, "b", 2L, "Ann"), row(4L, "c", null, null));
        }
    }

    @Test
    void a_collection_deep_in_one_document_gives_its_elements() throws IOException {
        String text = "{\"data\":{\"pages\":[0,{\"rows\":[{\"v\":1},{\"v\":2}],\"next\":null}]},\"total\":2}";
        try (JsonFixture fixture = new JsonFixture()) {
            assertThat(fixture.read(
                            JsonFixture.decoder(JsonFixture.paths("$.data.pages[1].rows", "v", "$.total")), text))
                    .containsExactly(row(1L, 2L), row(2L, 2L));
            TreeMapping members = new TreeMapping("$.data.pages[1].rows", List.of(), false, false);
            assertThat(fixture.read(JsonFixture.decoder(members), text)).containsExactly(row(1L), row(2L));
        }
    }

    @Test
    void objects_and_arrays_become_text_only_when_asked_for() throws IOException {
        String text = "{\"a\":1,\"o\":{\"x\":[1.50,null,\"\\\"q\\\"\"],\"y\":{}}}\n{\"a\":2,\"o\":\"plain\"}";
        try (JsonFixture fixture = new JsonFixture()) {
            TreeMapping asText = new TreeMapping("", List.of(), true, false);
            assertThat(fixture.read(JsonFixture.decoder(asText), text))
                    .containsExactly(row(1L, "{\"x\":[1.50,null,\"\\\"q\\\"\"],\"y\":{}}"), row(2L, "plain"));
            assertThat(fixture.read(JsonFixture.decoder(TreeMapping.NONE), text))
                    .containsExactly(row(2L, "plain"));
            assertThat(fixture.refused).singleElement().satisfies(r -> {
                assertThat(r.row()).isEqualTo(1);
                assertThat(r.problem().code()).isEqualTo("TypeConversionFailed");
                assertThat(r.problem().message()).contains("'o'", "mapComplexValuesToString");
                assertThat(r.problem().location()).isEqualTo("data.json:1:1");
            });
        }
    }

    @Test
    void a_declared_type_is_followed_and_what_does_not_fit_is_refused_with_its_row() throws IOException {
        TreeMapping mapping = new TreeMapping(
                "", List.of(new TreeMapping.Column("$.a", true, Optional.of(DataType.INT32))), false, false);
        try (JsonFixture fixture = new JsonFixture()) {
            fixture.batchRows = 2;
            assertThat(fixture.read(
                            JsonFixture.decoder(mapping),
                            "{\"a\":1}\n{\"a\":\"2\"}\n{\"a\":3000000000}\n\n 7 {\"a\":4}"))
                    .containsExactly(row(1), row(2), row(4));
            assertThat(fixture.refused).extracting(r -> r.row()).containsExactly(3L, 4L);
            assertThat(fixture.refused)
                    .extracting(r -> r.problem().location())
                    .containsExactly("data.json:3:1", "data.json:5:2");
        }
    }

    @Test
    void damage_is_located_by_line_and_column() throws IOException {
        try (JsonFixture fixture = new JsonFixture()) {
            assertThatThrownBy(() ->
                            fixture.read(JsonFixture.decoder(TreeMapping.NONE), "{\"a\":1}\n{\"a\":2}\n{\"a\" 3}\n"))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().code()).isEqualTo("FileFormatInvalid");
                        assertThat(e.problem().location()).startsWith("data.json:3:");
                        assertThat(e.problem().evidence().toString()).contains("row=3");
                    });
        }
    }

    @Test
    void nesting_has_a_limit() throws IOException {
        try (JsonFixture fixture = new JsonFixture()) {
            String deep = "{\"a\":" + "[".repeat(600) + "]".repeat(600) + "}";
            assertThatThrownBy(() -> fixture.read(JsonFixture.decoder(TreeMapping.NONE), deep))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("epth");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-8"})
    void unicode_encodings_are_recognised(String name) throws IOException {
        try (JsonFixture fixture = new JsonFixture()) {
            assertThat(fixture.read(
                            JsonFixture.decoder(TreeMapping.NONE),
                            "[{\"ä\":\"日本語 𝄞\"}]".getBytes(Charset.forName(name))))
                    .containsExactly(row("日本語 𝄞"));
        }
    }

    /// A document of 64 MiB of elements is read with the memory of a few rows.
    @Test
    void a_huge_array_is_never_held() throws IOException {
        long elements = 2_000_000;
        var file = new EndlessArray(elements);
        try (JsonFixture fixture = new JsonFixture()) {
            var decoder = JsonFixture.decoder(JsonFixture.paths("$.rows", "id", "$.after"));
            Runtime runtime = Runtime.getRuntime();
            try (var batch = new dev.sluice.data.batch.Batch(decoder.schema(file), 4_096, fixture.job.memory());
                    var reader = decoder.open(
                            file,
                            new dev.sluice.data.spi.Decoder.FileRange(
                                    0, file.entry().size()),
                            batch.schema(),
                            new int[] {0, 1},
                            dev.sluice.data.testkit.RefusedRows.failing(fixture.job))) {
                long rows = 0;
                while (reader.read(batch)) {
                    rows += batch.rows();
                    assertThat(batch.longs(1).values()[0]).isEqualTo(42);
                    batch.clear();
                }
                assertThat(rows).isEqualTo(elements);
            }
            assertThat(runtime.maxMemory()).isLessThan(file.entry().size() * 40);
        }
    }

    /// `{"rows":[{"id":0000000},…],"after":42}` made up as it is read.
    private record EndlessArray(long elements) implements dev.sluice.data.spi.FileInput {
        private static final String HEAD = "{\"rows\":[{\"id\":1}";
        private static final String ELEMENT = ",{\"id\":1234567,\"x\":\"abcdef\"}";
        private static final String TAIL = "],\"after\":42}";

        @Override
        public dev.sluice.data.spi.FileEntry entry() {
            long size = HEAD.length() + (elements - 1) * ELEMENT.length() + TAIL.length();
            return new dev.sluice.data.spi.FileEntry("huge.json", size, java.time.Instant.EPOCH, "1");
        }

        @Override
        public void read(long position, byte[] into, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public InputStream stream(long position, long length) {
            byte[] head = HEAD.getBytes();
            byte[] element = ELEMENT.getBytes();
            byte[] tail = TAIL.getBytes();
            return new InputStream() {
                private long at;

                @Override
                public int read() {
                    long inside = at - head.length;
                    long end = (elements - 1) * element.length;
                    at++;
                    if (inside < 0) {
                        return head[(int) (at - 1)];
                    }
                    if (inside < end) {
                        return element[(int) (inside % element.length)];
                    }
                    return inside - end < tail.length ? tail[(int) (inside - end)] : -1;
                }
            };
        }

        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
