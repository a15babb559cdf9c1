package dev.sluice.formats.text;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Decoder.FileRange;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A file read in pieces gives the same rows as in one, whatever the pieces and whatever stands at their borders.
final class SplitTest {
    private static void sameRowsInPieces(Decoder decoder, byte[] text, long... targets) throws IOException {
        try (TextFixture fixture = new TextFixture()) {
            fixture.batchRows = 500;
            List<List<@Nullable Object>> whole = fixture.read(decoder, text, Long.MAX_VALUE);
            assertThat(fixture.refused).isEmpty();
            for (long target : targets) {
                assertThat(fixture.read(decoder, text, target))
                        .as("pieces of " + target)
                        .isEqualTo(whole);
            }
        }
    }

    private static int pieces(Decoder decoder, byte[] text, long target) throws IOException {
        try (TextFixture fixture = new TextFixture();
                FileInput in = fixture.open(text, "x")) {
            List<FileRange> ranges = decoder.ranges(in, target);
            long at = 0;
            for (FileRange range : ranges) {
                assertThat(range.from()).isEqualTo(at);
                assertThat(range.to()).isGreaterThan(at);
                at = range.to();
            }
            assertThat(at).isEqualTo(text.length);
            return ranges.size();
        }
    }

    private static String rows(int count, Supplier<String> field, String end) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i)
                    .append(',')
                    .append(field.get())
                    .append(',')
                    .append(field.get())
                    .append(end);
        }
        return text.toString();
    }

    @Test
    void plain_lines() throws IOException {
        for (String end : new String[] {"\n", "\r\n", "\r"}) {
            byte[] text = rows(150, () -> "plain text", end).getBytes(UTF_8);
            Decoder decoder = TextFixture.decoder(TestEndpoint.source());
            assertThat(pieces(decoder, text, 100)).isGreaterThan(20);
            sameRowsInPieces(decoder, text, 1, 2, 7, 33, 100, 1_000, text.length - 1);
        }
    }

    @Test
    void every_position_of_a_border_in_quoted_text() throws IOException {
        String field = "\"a,b\nc\\\"d\r\n,\"";
        byte[] text = rows(30, () -> field, "\n").getBytes(UTF_8);
        Decoder decoder = TextFixture.decoder(TestEndpoint.source());
        long[] targets = new long[text.length / 2];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = i + 1;
        }
        sameRowsInPieces(decoder, text, targets);
    }

    @Test
    void random_marks() throws IOException {
        Random random = new Random(23);
        String[] bits = {"a", "bc", ",", "\n", "\r\n", "\\\"", "\\\\", " ", "1,2,3\n", "\"\""};
        Supplier<String> field = () -> {
            StringBuilder text = new StringBuilder("\"");
            for (int n = random.nextInt(9); n > 0; n--) {
                text.append(bits[random.nextInt(bits.length)]);
            }
            return text.append('"').toString();
        };
        Decoder decoder = TextFixture.decoder(TestEndpoint.source());
        for (int i = 0; i < 25; i++) {
            byte[] text = rows(60, field, i % 2 == 0 ? "\n" : "\r\n").getBytes(UTF_8);
            sameRowsInPieces(decoder, text, 1, 3, 10, 29, 64, 200, 501);
        }
    }

    @Test
    void doubled_quotes_and_long_values_beyond_the_window() throws IOException {
        Random random = new Random(29);
        Supplier<String> field = () ->
                random.nextInt(10) > 0 ? "x" : "\"" + "line, of \"\"text\"\"\n".repeat(random.nextInt(9_000)) + "\"";
        byte[] text = rows(120, field, "\r\n").getBytes(UTF_8);
        Decoder decoder = TextFixture.decoder(TestEndpoint.source().with("escapeChar", "\""));
        assertThat(pieces(decoder, text, 50_000)).isGreaterThan(5);
        sameRowsInPieces(decoder, text, 10_000, 50_000, 1_000_000);
    }

    @Test
    void header_skipped_rows_and_a_byte_order_mark() throws IOException {
        String text = "\uFEFFpreamble\n\n\"pre\namble\"\nid,a,b\n" + rows(100, () -> "ä", "\n");
        Decoder decoder = TextFixture.decoder(
                TestEndpoint.source().with("firstRowAsHeader", true).format("skipLineCount", java.math.BigDecimal.TWO));
        sameRowsInPieces(decoder, text.getBytes(UTF_8), 1, 5, 20, 100, 500);
        // The mark holds for every piece, not only for the one it stands in.
        Decoder declared = TextFixture.decoder(
                TestEndpoint.source().with("firstRowAsHeader", true).with("encodingName", "windows-1252"));
        byte[] marked = ("\uFEFFid,ä,b\n" + rows(100, () -> "ä§", "\n")).getBytes(UTF_8);
        assertThat(pieces(declared, marked, 100)).isGreaterThan(5);
        sameRowsInPieces(declared, marked, 1, 5, 20, 100, 500);
    }

    @Test
    void single_byte_encodings_and_other_marks() throws IOException {
        byte[] text = rows(100, () -> "§ä\nö§", "¶").replace(',', '°').getBytes(ISO_8859_1);
        Decoder decoder = TextFixture.decoder(TestEndpoint.source()
                .with("encodingName", "ISO-8859-1")
                .with("columnDelimiter", "°")
                .with("rowDelimiter", "¶")
                .with("quoteChar", "§"));
        assertThat(pieces(decoder, text, 100)).isGreaterThan(5);
        sameRowsInPieces(decoder, text, 1, 10, 50, 333);
    }

    @Test
    void without_quoting_any_line_is_a_border() throws IOException {
        byte[] text = rows(100, () -> "\"\\,", "\n").getBytes(UTF_8);
        Decoder decoder = TextFixture.decoder(TestEndpoint.source().with("quoteChar", ""));
        assertThat(pieces(decoder, text, 50)).isGreaterThan(10);
        sameRowsInPieces(decoder, text, 1, 10, 50, 333);
    }

    @Test
    void what_cannot_be_divided_is_one_piece() throws IOException {
        byte[] text = rows(200, () -> "a", "\n").getBytes(UTF_8);
        for (TestEndpoint endpoint : List.of(
                TestEndpoint.source().with("compressionCodec", "gzip"),
                TestEndpoint.source().with("encodingName", "UTF-16"),
                TestEndpoint.source().with("encodingName", "SHIFT-JIS"),
                TestEndpoint.source().with("rowDelimiter", "~~"))) {
            assertThat(pieces(TextFixture.decoder(endpoint), text, 100)).isEqualTo(1);
        }
        byte[] marked = ("\uFEFF" + rows(200, () -> "a", "\n")).getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
        assertThat(pieces(TextFixture.decoder(TestEndpoint.source()), marked, 100))
                .isEqualTo(1);
    }

    /// A value that looks like the file's own rows and holds no quote for longer than any window: the borders within
    /// are wrong, and that must not go unnoticed.
    @Test
    void a_border_that_proves_wrong_fails_the_read() throws IOException {
        String inner = "1,x,y\n".repeat(500_000);
        byte[] text = ("1,a,b\n".repeat(20_000) + "2,\"" + inner + "\",z\n" + "3,a,b\n".repeat(20_000)).getBytes(UTF_8);
        Decoder decoder = TextFixture.decoder(TestEndpoint.source());
        try (TextFixture fixture = new TextFixture()) {
            fixture.batchRows = 4_096;
            assertThatThrownBy(() -> fixture.read(decoder, text, 600_000))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo("DelimitedTextNotDivisible"));
            assertThat(fixture.read(decoder, text, Long.MAX_VALUE)).hasSize(40_001);
        }
    }
}
