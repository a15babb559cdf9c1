package dev.sluice.formats.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written is read back as the same values, whatever the legal settings.
final class RoundTripTest {
    private static final List<String> COLUMNS = List.of(",", "\t", "|", "§", "||", "<->", "1");
    private static final List<String> ROWS = List.of("(default)", "\n", "\r\n", ";", "~\n");
    private static final List<String> QUOTES = List.of("\"", "'", "þ", "");
    private static final List<String> ESCAPES = List.of("\\", "(quote)", "^", "");
    private static final List<String> NULLS = List.of("", "NULL", "\\N", "0");
    private static final List<Boolean> SWITCH = List.of(true, false);

    private static final Schema SCHEMA = Schema.of(
            new Field("a", DataType.STRING),
            new Field("b,\"c\"", DataType.INT32),
            new Field("d", DataType.STRING),
            new Field("e", DataType.timestamp(7)));

    record Settings(String column, String row, String quote, String escape, String nulls, boolean header, boolean all) {
        TestEndpoint on(TestEndpoint endpoint) {
            endpoint.with("columnDelimiter", column)
                    .with("quoteChar", quote)
                    .with("escapeChar", escape)
                    .with("nullValue", nulls)
                    .with("firstRowAsHeader", header);
            return row.equals("(default)") ? endpoint : endpoint.with("rowDelimiter", row);
        }

        /// Where nothing is quoted, a text like that of null and one with a row delimiter cannot be told.
        boolean holds(@Nullable Object value) {
            if (value == null || !quote.isEmpty()) {
                return true;
            }
            String text = value.toString();
            String breaks = row.equals("(default)") ? "\r\n" : row;
            boolean marked = text.chars().anyMatch(c -> breaks.indexOf(c) >= 0)
                    || escape.isEmpty() && text.indexOf(column.charAt(0)) >= 0;
            return !marked && !text.equals(nulls);
        }
    }

    private static List<Settings> legal() {
        List<Settings> all = new ArrayList<>();
        for (String column : COLUMNS) {
            for (String row : ROWS) {
                for (String quote : QUOTES) {
                    for (String escape : ESCAPES) {
                        for (String nulls : NULLS) {
                            for (boolean header : SWITCH) {
                                for (boolean quoteAll : SWITCH) {
                                    String e = escape.equals("(quote)") ? quote : escape;
                                    all.add(new Settings(column, row, quote, e, nulls, header, quoteAll));
                                }
                            }
                        }
                    }
                }
            }
        }
        all.removeIf(s -> s.escape().isEmpty() && !s.quote().isEmpty());
        return all.stream().distinct().toList();
    }

    @Test
    void every_legal_combination_of_marks_reads_back_what_it_wrote() throws IOException {
        List<Settings> combinations = legal();
        assertThat(combinations).hasSizeGreaterThan(5_000);
        RandomData data = new RandomData(17);
        Random random = new Random(18);
        List<List<@Nullable Object>> rows = new ArrayList<>(data.rows(SCHEMA, 40));
        for (int i = 0; i < 40; i++) {
            rows.add(Rows.row(marks(random), random.nextInt(3), marks(random), null));
        }
        try (TextFixture fixture = new TextFixture()) {
            for (Settings s : combinations) {
                List<List<@Nullable Object>> held = texts(rows, s);
                byte[] file = fixture.write(
                        TextFixture.encoder(s.on(TestEndpoint.sink()).format("quoteAllText", s.all())),
                        s.quote().isEmpty() ? SCHEMA.project(new int[] {0, 2}) : SCHEMA,
                        held);
                List<List<@Nullable Object>> read =
                        fixture.read(TextFixture.decoder(s.on(TestEndpoint.source())), file, Long.MAX_VALUE);
                assertThat(read).as(s.toString()).isEqualTo(strings(held, s));
            }
            assertThat(fixture.refused).isEmpty();
        }
    }

    private static List<List<@Nullable Object>> texts(List<List<@Nullable Object>> rows, Settings s) {
        if (!s.quote().isEmpty()) {
            return rows;
        }
        return Rows.project(rows, 0, 2).stream()
                .filter(row -> row.stream().allMatch(s::holds))
                .toList();
    }

    private static List<List<@Nullable Object>> strings(List<List<@Nullable Object>> rows, Settings s) {
        if (s.quote().isEmpty()) {
            return rows;
        }
        List<List<@Nullable Object>> texts = new ArrayList<>();
        for (List<@Nullable Object> row : rows) {
            @Nullable Object[] values = new Object[row.size()];
            for (int c = 0; c < values.length; c++) {
                Object v = row.get(c);
                values[c] = v == null ? null : Rows.text(SCHEMA.field(c).type(), v);
            }
            texts.add(Rows.row(values));
        }
        return texts;
    }

    /// A text of characters that are marks somewhere.
    private static String marks(Random random) {
        String characters = ",\t|§<->1\r\n;~\"'þ\\^N0ab";
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(14); n > 0; n--) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }

    @Test
    void a_single_column_keeps_its_empty_and_null_rows() throws IOException {
        Schema one = Schema.of(new Field("only", DataType.STRING));
        List<List<@Nullable Object>> rows =
                List.of(Rows.row(""), Rows.row((Object) null), Rows.row("x"), Rows.row(""), Rows.row((Object) null));
        for (boolean header : SWITCH) {
            for (boolean all : SWITCH) {
                try (TextFixture fixture = new TextFixture()) {
                    byte[] file = fixture.write(
                            TextFixture.encoder(TestEndpoint.sink()
                                    .with("firstRowAsHeader", header)
                                    .format("quoteAllText", all)),
                            one,
                            rows);
                    assertThat(fixture.read(
                                    TextFixture.decoder(TestEndpoint.source().with("firstRowAsHeader", header)),
                                    file,
                                    Long.MAX_VALUE))
                            .isEqualTo(rows);
                }
            }
        }
    }

    /// Together they are longer than the buffer that rows are laid into at first.
    @Test
    void the_nulls_and_numbers_of_a_very_wide_row_find_their_room() throws IOException {
        String nulls = "n".repeat(100);
        List<Field> fields = new ArrayList<>();
        List<@Nullable Object> row = new ArrayList<>();
        StringBuilder expected = new StringBuilder();
        for (int c = 0; c < 8_000; c++) {
            boolean number = c % 8 == 7;
            fields.add(new Field("c" + c, number ? DataType.INT64 : DataType.STRING));
            row.add(number ? Long.valueOf(Long.MIN_VALUE + 1) : null);
            expected.append(c == 0 ? "" : ",").append(number ? "-9223372036854775807" : nulls);
        }
        try (TextFixture fixture = new TextFixture()) {
            byte[] file = fixture.write(
                    TextFixture.encoder(
                            TestEndpoint.sink().with("nullValue", nulls).format("quoteAllText", false)),
                    new Schema(fields),
                    List.of(row));
            assertThat(new String(file, StandardCharsets.UTF_8)).isEqualToIgnoringNewLines(expected.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UTF-8",
                "UTF-8 without BOM",
                "UTF-8 with BOM",
                "UTF-16",
                "UTF-16LE",
                "UTF-16BE",
                "UTF-32",
                "UTF-32BE",
                "US-ASCII",
                "ISO-8859-1",
                "ISO-8859-15",
                "WINDOWS-1252",
                "windows-1251",
                "IBM037",
                "IBM500",
                "IBM850",
                "SHIFT-JIS",
                "EUC-JP",
                "GB18030",
                "GB2312",
                "BIG5",
                "EUC-KR",
                "ISO-2022-JP",
                "JOHAB",
                "CP875"
            })
    void every_encoding_keeps_the_characters_it_has(String name) throws IOException {
        Schema schema = Schema.of(new Field("t", DataType.STRING), new Field("n", DataType.INT32));
        List<List<@Nullable Object>> rows = encodable(name);
        try (TextFixture fixture = new TextFixture()) {
            byte[] file =
                    fixture.write(TextFixture.encoder(TestEndpoint.sink().with("encodingName", name)), schema, rows);
            assertThat(fixture.read(TextFixture.decoder(TestEndpoint.source().with("encodingName", name)), file, 1_000))
                    .isEqualTo(rows);
        }
    }

    private static List<List<@Nullable Object>> encodable(String name) {
        String charset = name.replaceAll(" with.*", "").replaceFirst("^UTF-(16|32)$", "UTF-$1LE");
        CharsetEncoder encoder = Charset.forName(charset).newEncoder();
        Random random = new Random(5);
        List<Integer> known = random.ints(0, 0x30000)
                .filter(c -> !Character.isISOControl(c) && (c < 0xD800 || c > 0xDFFF) && c != 0xFEFF)
                .filter(c -> encoder.canEncode(Character.toString(c)))
                .limit(30)
                .boxed()
                .toList();
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder("x\"y,\n\\");
            for (int n = random.nextInt(12); n > 0; n--) {
                text.appendCodePoint(random.nextBoolean() ? 'a' : known.get(random.nextInt(known.size())));
            }
            rows.add(Rows.row(roundTrips(text.toString(), charset) ? text.toString() : "a", String.valueOf(i)));
        }
        return rows;
    }

    /// A few characters of the Asian encodings come back as others from the Java runtime itself.
    private static boolean roundTrips(String text, String charset) {
        return new String(text.getBytes(Charset.forName(charset)), Charset.forName(charset)).equals(text);
    }

    @Test
    void a_first_value_that_looks_like_a_byte_order_mark_is_quoted() throws IOException {
        Schema schema = Schema.of(new Field("a", DataType.STRING), new Field("b", DataType.STRING));
        List<List<@Nullable Object>> rows = List.of(Rows.row("\uFEFFx", "\uFEFF"), Rows.row("\uFEFF", "y"));
        try (TextFixture fixture = new TextFixture()) {
            byte[] file =
                    fixture.write(TextFixture.encoder(TestEndpoint.sink().format("quoteAllText", false)), schema, rows);
            assertThat(fixture.read(TextFixture.decoder(TestEndpoint.source()), file, Long.MAX_VALUE))
                    .isEqualTo(rows);
        }
    }

    @Test
    void marks_stand_at_the_start_where_they_are_asked_for() throws IOException {
        Map<String, String> starts = new LinkedHashMap<>();
        starts.put("UTF-8", "22");
        starts.put("UTF-8 with BOM", "efbbbf22");
        starts.put("UTF-16", "fffe2200");
        starts.put("UTF-16BE", "0022");
        starts.put("UTF-32", "fffe000022000000");
        for (Map.Entry<String, String> start : starts.entrySet()) {
            try (TextFixture fixture = new TextFixture()) {
                byte[] file = fixture.write(
                        TextFixture.encoder(TestEndpoint.sink().with("encodingName", start.getKey())),
                        Schema.of(new Field("a", DataType.STRING)),
                        List.of(Rows.row("x")));
                assertThat(java.util.HexFormat.of().formatHex(file)).startsWith(start.getValue());
            }
        }
    }

    @Test
    void a_mark_in_the_file_beats_the_declared_encoding() throws IOException {
        try (TextFixture fixture = new TextFixture()) {
            for (String actual : new String[] {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
                byte[] file = "\uFEFFä,b\n".getBytes(Charset.forName(actual));
                assertThat(fixture.read(
                                TextFixture.decoder(TestEndpoint.source().with("encodingName", "windows-1252")),
                                file,
                                Long.MAX_VALUE))
                        .as(actual)
                        .containsExactly(Rows.row("ä", "b"));
            }
        }
    }

    @Test
    void a_character_that_the_encoding_lacks_is_named() {
        Schema schema = Schema.of(new Field("name", DataType.STRING));
        try (TextFixture fixture = new TextFixture()) {
            assertThatThrownBy(() -> fixture.write(
                            TextFixture.encoder(TestEndpoint.sink().with("encodingName", "ISO-8859-1")),
                            schema,
                            List.of(Rows.row("ä"), Rows.row("łódź"))))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("DelimitedTextUnwritable: row 2, column name")
                    .hasMessageContaining("'łódź'")
                    .hasMessageContaining("ISO-8859-1 does not have");
        }
    }

    @Test
    void a_value_with_a_delimiter_is_named_where_nothing_is_quoted() {
        Schema schema = Schema.of(new Field("a", DataType.STRING), new Field("b", DataType.STRING));
        try (TextFixture fixture = new TextFixture()) {
            TestEndpoint sink = TestEndpoint.sink().with("quoteChar", "").with("escapeChar", "");
            assertThatThrownBy(() -> fixture.write(
                            TextFixture.encoder(sink), schema, List.of(Rows.row("x", "y"), Rows.row("x", "y,z"))))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("row 2, column b")
                    .hasMessageContaining("'y,z'");
        }
    }

    @Test
    void what_is_written_looks_as_data_factory_writes_it() throws IOException {
        Schema schema = Schema.of(
                new Field("id", DataType.INT32), new Field("name", DataType.STRING), new Field("ok", DataType.BOOLEAN));
        List<List<@Nullable Object>> rows =
                List.of(Rows.row(1, "a\"b\\c", true), Rows.row(null, null, false), Rows.row(3, "", null));
        try (TextFixture fixture = new TextFixture()) {
            TestEndpoint sink = TestEndpoint.sink().with("firstRowAsHeader", true);
            fixture.write(TextFixture.encoder(sink), schema, rows, "all");
            assertThat(fixture.files.text("all"))
                    .isEqualTo(
                            "\"id\",\"name\",\"ok\"\r\n\"1\",\"a\\\"b\\\\c\",\"True\"\r\n,,\"False\"\r\n\"3\",\"\",\r\n");
            fixture.write(TextFixture.encoder(sink.format("quoteAllText", false)), schema, rows, "some");
            assertThat(fixture.files.text("some"))
                    .isEqualTo("id,name,ok\r\n1,\"a\\\"b\\\\c\",True\r\n,,False\r\n3,\"\",\r\n");
        }
    }

    @Test
    void the_format_is_found_by_its_name() {
        assertThat(java.util.ServiceLoader.load(dev.sluice.data.spi.Format.class))
                .extracting(f -> f.descriptor().name())
                .contains("DelimitedText");
    }

    @Test
    void names_of_files_follow_extension_and_codec() {
        TestEndpoint sink = TestEndpoint.sink()
                .with("compressionCodec", "gzip")
                .format("fileExtension", "txt")
                .format("maxRowsPerFile", java.math.BigDecimal.TEN)
                .format("fileNamePrefix", "part");
        assertThat(TextFixture.encoder(sink)).satisfies(e -> {
            assertThat(e.extension()).isEqualTo(".txt.gz");
            assertThat(e.maxRowsPerFile()).isEqualTo(10);
            assertThat(e.fileNamePrefix()).isEqualTo("part");
        });
        for (String said : new String[] {".csv", "csv", ".csv.gz", "csv.GZ"}) {
            TestEndpoint packed =
                    TestEndpoint.sink().with("compressionCodec", "gzip").format("fileExtension", said);
            assertThat(TextFixture.encoder(packed).extension()).isEqualToIgnoringCase(".csv.gz");
        }
        assertThat(TextFixture.encoder(TestEndpoint.sink().with("compressionCodec", "TarGZip"))
                        .extension())
                .isEqualTo(".csv.tar.gz");
        assertThat(TextFixture.encoder(TestEndpoint.sink())).satisfies(e -> {
            assertThat(e.extension()).isEqualTo(".csv");
            assertThat(e.maxRowsPerFile()).isEqualTo(Long.MAX_VALUE);
            assertThat(e.fileNamePrefix()).isEmpty();
        });
    }

    @Test
    void the_file_is_plain_utf8_unless_said_otherwise() throws IOException {
        try (TextFixture fixture = new TextFixture()) {
            byte[] file = fixture.write(
                    TextFixture.encoder(TestEndpoint.sink()),
                    Schema.of(new Field("a", DataType.STRING)),
                    List.of(Rows.row("ä")));
            assertThat(file).isEqualTo("\"ä\"\r\n".getBytes(StandardCharsets.UTF_8));
        }
    }
}
