package dev.sluice.formats.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/// What text becomes which rows, as a table: settings, text, rows. Rows are written `a|b`, one a line; `~` is null,
/// `␤` a line feed and `␍` a carriage return within a value.
final class DelimitedDecodingTest {
    record Case(String says, Map<String, Object> settings, String text, String rows) {
        @Override
        public String toString() {
            return says;
        }
    }

    private static Case when(String says, Map<String, Object> settings, String text, String rows) {
        return new Case(says, settings, text, rows);
    }

    private static final Map<String, Object> NOTHING = Map.of();
    private static final Map<String, Object> DOUBLED = Map.of("escapeChar", "\"");
    private static final Map<String, Object> UNQUOTED = Map.of("quoteChar", "");

    static final List<Case> CASES = List.of(
            when("plain rows", NOTHING, "a,b\r\nc,d\r\n", "a|b\nc|d"),
            when("the last row may lack its end", NOTHING, "a,b\nc,d", "a|b\nc|d"),
            when("LF ends a row", NOTHING, "a,b\nc,d\n", "a|b\nc|d"),
            when("CR ends a row", NOTHING, "a,b\rc,d\r", "a|b\nc|d"),
            when("line ends may be mixed", NOTHING, "a,b\rc,d\ne,f\r\n", "a|b\nc|d\ne|f"),
            when("empty lines are no rows", NOTHING, "\n\na,b\n\n\r\nc,d\n\n", "a|b\nc|d"),
            when("in a single column an empty line is a row", NOTHING, "a\n\nb\n", "a\n~\nb"),
            when("an empty field is null", NOTHING, "a,\n,b\n,\n", "a|~\n~|b\n~|~"),
            when("an empty field at the very end", NOTHING, "a,b\nc,", "a|b\nc|~"),
            when("quoted emptiness is an empty text", NOTHING, "\"\",b\n", "|b"),
            when("null text", Map.of("nullValue", "NULL"), "NULL,\"NULL\"\nnull,\n", "~|NULL\nnull|"),
            when("quotes go", NOTHING, "\"a\",\"b\"\n", "a|b"),
            when("delimiters within quotes", NOTHING, "\"a,b\",\"c\nd\"\n", "a,b|c␤d"),
            when("CRLF within quotes stays", NOTHING, "\"a\r\nb\",c\n", "a␍␤b|c"),
            when("an escaped quote", NOTHING, "\"a\\\"b\",c\n", "a\"b|c"),
            when("an escaped escape", NOTHING, "\"a\\\\\",c\n", "a\\|c"),
            when("an escape before anything else is text", NOTHING, "\"C:\\new\",c\n", "C:\\new|c"),
            when("an escape outside quotes is text", NOTHING, "C:\\new\\,c\n", "C:\\new\\|c"),
            when("a doubled quote, whatever the escape", NOTHING, "\"a\"\"b\",\"\"\"\"\n", "a\"b|\""),
            when("a doubled quote as the escape", DOUBLED, "\"a\"\"b\",\"\"\"c\"\"\"\n", "a\"b|\"c\""),
            when("a backslash is text then", DOUBLED, "\"a\\\",\"\\\"\n", "a\\|\\"),
            when("a quote within plain text is text", NOTHING, "5\" pipe,a\"b\"\n", "5\" pipe|a\"b\""),
            when("spaces are text", NOTHING, " a , \"b\n", " a | \"b"),
            when("no quotes: quotes are text", UNQUOTED, "\"a\",\"\n", "\"a\"|\""),
            when("no quotes: the escape", UNQUOTED, "a\\,b,c\\\\\nd\\e,\\\n", "a,b|c\\\nd\\e|\\"),
            when("no quotes, no escape", Map.of("quoteChar", "", "escapeChar", ""), "a\\,b\n\"c,d\n", "a\\|b\n\"c|d"),
            when("another delimiter", Map.of("columnDelimiter", "\t"), "a,b\tc\n", "a,b|c"),
            when("a delimiter of several characters", Map.of("columnDelimiter", "||"), "a|b||c\n|||d\n", "a|b|c\n~||d"),
            when("a delimiter beyond ASCII", Map.of("columnDelimiter", "§"), "ä§ö\nÂ§x\n", "ä|ö\nÂ|x"),
            when(
                    "a quote beyond ASCII",
                    Map.of("quoteChar", "þ", "columnDelimiter", "\u0014"),
                    "þaþ\u0014þþþbþ\n",
                    "a|þb"),
            when("another row delimiter", Map.of("rowDelimiter", ";"), "a,b\n;c,\"d;\";", "a|b␤\nc|d;"),
            when("CRLF alone", Map.of("rowDelimiter", "\r\n"), "a,b\nc\r\nd,e\r\r\n", "a|b␤c\nd|e␍"),
            when(
                    "a row delimiter that starts with the column delimiter",
                    Map.of("columnDelimiter", "|", "rowDelimiter", "|\n"),
                    "a|b|\nc|d|\n",
                    "a|b\nc|d"),
            when("no delimiter: a line is a column", Map.of("columnDelimiter", ""), "a,b\nc\n", "a,b\nc"),
            when("skipped rows, empty ones not counted", Map.of("skipLineCount", 2), "x\n\n\"y\nz\"\na,b\n", "a|b"),
            when("a header is no row", Map.of("firstRowAsHeader", true), "h,i\na,b\n", "a|b"),
            when(
                    "rows are skipped before the header",
                    Map.of("firstRowAsHeader", true, "skipLineCount", 1),
                    "x,y,z\nh,i\na,b\n",
                    "a|b"),
            when("a byte order mark goes", NOTHING, "\uFEFFa,b\n", "a|b"),
            when("a byte order mark before a quote", NOTHING, "\uFEFF\"a\",b\n", "a|b"),
            when(
                    "control characters are text",
                    NOTHING,
                    "a\u0000b,\u0001\u000b\u000c\u001f\n",
                    "a\u0000b|\u0001\u000b\u000c\u001f"),
            when("characters of every length", NOTHING, "é,日本,𝄞𝄞𝄞\n", "é|日本|𝄞𝄞𝄞"),
            when("long values", NOTHING, "x".repeat(5_000) + "," + "\"y\"\"\"\n", "x".repeat(5_000) + "|y\""),
            when("nothing at all", NOTHING, "", ""),
            when("only a header", Map.of("firstRowAsHeader", true), "a,b\n", ""),
            when("an unclosed quote loses one line", NOTHING, "a,b\nc,\"d\ne,f\n", "a|b\ne|f"),
            when("text after a quote loses its line", NOTHING, "a,b\n\"c\" ,d\ne,f\n", "a|b\ne|f"),
            when("rows too narrow or too wide are refused", NOTHING, "a,b\nc\nd,e,f\ng,h\n", "a|b\ng|h"));

    private static TestEndpoint endpoint(Map<String, Object> settings) {
        TestEndpoint endpoint = TestEndpoint.source();
        settings.forEach((name, value) -> {
            if (name.equals("skipLineCount")) {
                endpoint.format(name, java.math.BigDecimal.valueOf((int) value));
            } else {
                endpoint.with(name, value);
            }
        });
        return endpoint;
    }

    private static String shown(List<List<@Nullable Object>> rows) {
        return rows.stream()
                .map(row -> row.stream()
                        .map(v -> v == null
                                ? "~"
                                : v.toString().replace('\n', '␤').replace('\r', '␍'))
                        .collect(Collectors.joining("|")))
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @FieldSource("CASES")
    void text_becomes_rows(Case c) throws IOException {
        try (TextFixture fixture = new TextFixture()) {
            assertThat(shown(fixture.read(TextFixture.decoder(endpoint(c.settings())), c.text())))
                    .isEqualTo(c.rows());
        }
    }

    /// A [TextBuffer] is filled with what its stream gives: any piece of the text must do.
    @ParameterizedTest
    @FieldSource("CASES")
    void the_same_when_the_text_arrives_byte_by_byte(Case c) throws IOException {
        try (TextFixture fixture = new TextFixture();
                FileInput whole = fixture.open(c.text().getBytes(UTF_8), "data.csv")) {
            FileInput dripping = new DrippingInput(whole);
            Decoder decoder = TextFixture.decoder(endpoint(c.settings()));
            Schema schema = decoder.schema(dripping);
            Decoder.FileRange all = new Decoder.FileRange(0, whole.entry().size());
            assertThat(shown(fixture.read(decoder, dripping, all, schema))).isEqualTo(c.rows());
        }
    }

    record Refusal(String says, Map<String, Object> settings, String text, List<String> problems) {
        @Override
        public String toString() {
            return says;
        }
    }

    static final List<Refusal> REFUSALS = List.of(
            new Refusal(
                    "too few",
                    NOTHING,
                    "a,b\n\nc\n",
                    List.of("row 2, data.csv:3:1, the row has 1 column, 2 are expected, <c>")),
            new Refusal(
                    "too many, lines within values counted",
                    NOTHING,
                    "\"a\nx\",b\r\nc,d,e\r\nf,g\n",
                    List.of("row 2, data.csv:3:1, the row has 3 columns, 2 are expected, <c,d,e>")),
            new Refusal(
                    "text after a quote",
                    NOTHING,
                    "a,b\nc,\"ü\"x\n",
                    List.of("row 2, data.csv:2:6, text follows the closing quote of column 2"
                            + " (is a quote within it not escaped?), <c,\"ü\"x>")),
            new Refusal(
                    "a quote never closed",
                    NOTHING,
                    "a,b\nc,\"d\ne,f\n",
                    List.of("row 2, data.csv:2:3, the quote that opens column 2 is never closed, <c,\"d>")),
            new Refusal(
                    "several, and the ordinals go on",
                    Map.of("firstRowAsHeader", true),
                    "h,i\n1\na,b\n2\n3\nc,d\n",
                    List.of(
                            "row 1, data.csv:2:1, the row has 1 column, 2 are expected, <1>",
                            "row 3, data.csv:4:1, the row has 1 column, 2 are expected, <2>",
                            "row 4, data.csv:5:1, the row has 1 column, 2 are expected, <3>")));

    @ParameterizedTest
    @FieldSource("REFUSALS")
    void rows_that_cannot_be_used_are_refused_with_their_place(Refusal r) throws IOException {
        try (TextFixture fixture = new TextFixture()) {
            fixture.read(TextFixture.decoder(endpoint(r.settings())), r.text());
            assertThat(fixture.refused.stream().map(DelimitedDecodingTest::described))
                    .containsExactlyElementsOf(r.problems());
        }
    }

    private static String described(RefusedRow row) {
        assertThat(row.problem().code()).isEqualTo("DelimitedTextMalformed");
        assertThat(row.problem().evidence().get("row")).isEqualTo(String.valueOf(row.row()));
        return "row " + row.row() + ", " + row.problem().location() + ", "
                + row.problem().evidence().get("detail") + ", <" + row.content() + ">";
    }

    @Test
    void bytes_that_are_no_text_refuse_their_row_only() throws IOException {
        byte[] text = "a,b\nc,d\u00FFd\n\u00C3\u00A4,\u00C3\ne,\"\u00E2\u0082\"\nf,g\n".getBytes(ISO_8859_1);
        try (TextFixture fixture = new TextFixture()) {
            assertThat(shown(fixture.read(TextFixture.decoder(TestEndpoint.source()), text, Long.MAX_VALUE)))
                    .isEqualTo("a|b\nf|g");
            assertThat(fixture.refused.stream().map(r -> r.problem().location()))
                    .containsExactly("data.csv:2:4", "data.csv:3:3", "data.csv:4:4");
        }
    }

    @Test
    void the_first_refused_row_ends_a_copy_that_does_not_skip() throws IOException {
        try (TextFixture fixture = new TextFixture();
                FileInput in = fixture.open("a,b\nc\n".getBytes(UTF_8), "in/data.csv")) {
            Decoder decoder = TextFixture.decoder(TestEndpoint.source());
            Schema schema = decoder.schema(in);
            try (Reader reader = decoder.open(
                            in,
                            new Decoder.FileRange(0, 6),
                            schema,
                            new int[] {0, 1},
                            RefusedRows.failing(fixture.job));
                    Batch batch = new Batch(schema, 10, fixture.job.memory())) {
                assertThat(reader.read(batch)).isTrue();
                assertThat(Rows.of(batch)).containsExactly(Rows.row("a", "b"));
                batch.clear();
                assertThatThrownBy(() -> reader.read(batch))
                        .isInstanceOf(ProblemException.class)
                        .hasMessageContaining("in/data.csv:2:1")
                        .hasMessageContaining("has 1 column");
            }
        }
    }

    @Test
    void a_batch_says_which_row_it_starts_with() throws IOException {
        try (TextFixture fixture = new TextFixture();
                FileInput in = fixture.open("1,a\n2,a\nbad\n4,a\nbad\nbad\n7,a\n8,a\n9,a\n".getBytes(UTF_8), "x")) {
            Decoder decoder = TextFixture.decoder(TestEndpoint.source());
            Schema schema = decoder.schema(in);
            List<String> seen = new ArrayList<>();
            try (Reader reader = decoder.open(
                            in,
                            decoder.ranges(in, 1 << 20).getFirst(),
                            schema,
                            new int[] {0},
                            RefusedRows.skipping(fixture.job));
                    Batch batch = new Batch(schema.project(new int[] {0}), 2, fixture.job.memory())) {
                while (reader.read(batch)) {
                    seen.add(batch.firstRow() + ":" + Rows.of(batch));
                    batch.clear();
                }
            }
            assertThat(seen).containsExactly("1:[[1], [2]]", "4:[[4]]", "7:[[7], [8]]", "9:[[9]]");
        }
    }

    @Test
    void columns_are_named_by_the_header_or_numbered() throws IOException {
        try (TextFixture fixture = new TextFixture()) {
            Decoder named = TextFixture.decoder(
                    TestEndpoint.source().with("firstRowAsHeader", true).with("nullValue", "b"));
            assertThat(fixture.columns(named, "a,b,\"c d\",a\n1\n".getBytes(UTF_8)))
                    .containsExactly("a", "b", "c d", "a");
            Decoder numbered = TextFixture.decoder(TestEndpoint.source());
            assertThat(fixture.columns(numbered, "\n\na,b,c\n".getBytes(UTF_8)))
                    .containsExactly("Prop_0", "Prop_1", "Prop_2");
            assertThat(fixture.columns(numbered, new byte[0])).isEmpty();
            assertThatThrownBy(() -> fixture.columns(named, "a,,c\n".getBytes(UTF_8)))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("data.csv:1")
                    .hasMessageContaining("the name of column 2 in the header is empty");
        }
    }

    @Test
    void files_with_a_header_are_read_by_name() throws IOException {
        Schema schema = Schema.of(
                new Field("id", DataType.STRING), new Field("name", DataType.STRING), new Field("x", DataType.STRING));
        try (TextFixture fixture = new TextFixture();
                FileInput in = fixture.open("name,extra,id,x\nn1,e,1,y\n".getBytes(UTF_8), "other.csv")) {
            Decoder decoder = TextFixture.decoder(TestEndpoint.source().with("firstRowAsHeader", true));
            Decoder.FileRange all = decoder.ranges(in, 1 << 20).getFirst();
            assertThat(fixture.read(decoder, in, all, schema)).containsExactly(Rows.row("1", "n1", "y"));
            Schema missing = Schema.of(new Field("price", DataType.STRING));
            assertThatThrownBy(() -> fixture.read(decoder, in, all, missing))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("ColumnNotFound")
                    .hasMessageContaining("name, extra, id, x");
        }
    }

    @Test
    void a_column_may_be_asked_for_twice() throws IOException {
        try (TextFixture fixture = new TextFixture();
                FileInput in = fixture.open("a,b\n,d\n".getBytes(UTF_8), "x")) {
            Decoder decoder = TextFixture.decoder(TestEndpoint.source());
            Schema schema = decoder.schema(in);
            int[] columns = {1, 0, 1, 0};
            try (Reader reader = decoder.open(
                            in,
                            new Decoder.FileRange(0, in.entry().size()),
                            schema,
                            columns,
                            RefusedRows.failing(fixture.job));
                    Batch batch = new Batch(schema.project(columns), 10, fixture.job.memory())) {
                assertThat(reader.read(batch)).isTrue();
                assertThat(Rows.of(batch))
                        .containsExactly(Rows.row("b", "a", "b", "a"), Rows.row("d", null, "d", null));
            }
        }
    }

    @Test
    void a_row_beyond_the_limit_is_refused_and_memory_stays_bounded() throws IOException {
        byte[] text = new byte[TextBuffer.LONGEST_ROW + (5 << 20)];
        java.util.Arrays.fill(text, (byte) 'x');
        byte[] start = "a,b\nc,\"d\ne,f\n".getBytes(UTF_8);
        System.arraycopy(start, 0, text, 0, start.length);
        try (TextFixture fixture = new TextFixture()) {
            assertThatThrownBy(() -> fixture.read(TextFixture.decoder(TestEndpoint.source()), text, Long.MAX_VALUE))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("data.csv:4:1")
                    .hasMessageContaining("longer than " + TextBuffer.LONGEST_ROW);
            assertThat(fixture.refused)
                    .singleElement()
                    .satisfies(r -> assertThat(r.problem().location()).isEqualTo("data.csv:2:1"));
            assertThat(fixture.job.memory().peak()).isLessThan(2L * TextBuffer.LONGEST_ROW);
        }
    }

    @Test
    void more_columns_than_possible_are_refused() throws IOException {
        String wide = "x,".repeat(RowParser.MOST_COLUMNS + 5) + "\n";
        try (TextFixture fixture = new TextFixture()) {
            Decoder decoder = TextFixture.decoder(TestEndpoint.source());
            assertThat(shown(fixture.read(decoder, "a,b\n" + wide + "c,d\n"))).isEqualTo("a|b\nc|d");
            assertThat(fixture.refused).hasSize(1);
            assertThatThrownBy(() -> fixture.columns(decoder, wide.getBytes(UTF_8)))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("more than " + RowParser.MOST_COLUMNS + " columns");
        }
    }

    @Test
    void settings_that_cannot_be_used_are_refused_with_their_place() {
        Map<Map<String, Object>, String> wrong = new LinkedHashMap<>();
        wrong.put(Map.of("columnDelimiter", "\n"), "/dataset/columnDelimiter");
        wrong.put(Map.of("columnDelimiter", ";", "rowDelimiter", ";"), "/dataset/columnDelimiter");
        wrong.put(Map.of("rowDelimiter", ""), "/dataset/rowDelimiter");
        wrong.put(Map.of("quoteChar", "ab"), "/dataset/quoteChar");
        wrong.put(Map.of("quoteChar", ","), "/dataset/quoteChar");
        wrong.put(Map.of("escapeChar", ""), "/dataset/escapeChar");
        wrong.put(Map.of("escapeChar", ","), "/dataset/escapeChar");
        wrong.put(Map.of("encodingName", "UTF-7"), "/dataset/encodingName");
        wrong.put(Map.of("encodingName", "no such"), "/dataset/encodingName");
        wrong.put(Map.of("compressionCodec", "rar"), "/dataset/compressionCodec");
        wrong.put(Map.of("compressionLevel", "Best"), "/dataset/compressionLevel");
        wrong.put(Map.of("firstRowAsHeader", "perhaps"), "/dataset/firstRowAsHeader");
        wrong.put(Map.of("nullValue", "x".repeat(1_000)), "/dataset/nullValue");
        wrong.put(Map.of("skipLineCount", -1), "/source/formatSettings/skipLineCount");
        wrong.forEach((settings, place) -> assertThatThrownBy(() -> TextFixture.decoder(endpoint(settings)))
                .as(settings.toString())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().location()).isEqualTo(place)));
        for (String name : new String[] {"fileExtension", "fileNamePrefix"}) {
            assertThatThrownBy(() -> TextFixture.encoder(TestEndpoint.sink().format(name, "../../x")))
                    .isInstanceOf(ProblemException.class);
        }
    }
}
