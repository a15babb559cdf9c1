package dev.sluice.formats.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.spi.Decoder;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever bytes a file has, reading it gives rows or a [ProblemException], in bounded memory.
final class FuzzTest {
    private static final String[] BITS = {
        "a",
        "\"",
        "\"\"",
        "\\",
        "\\\"",
        ",",
        "\r",
        "\n",
        "\r\n",
        "\0",
        "é",
        "日",
        "𝄞",
        "||",
        "|",
        "\uFEFF",
        "xxxxxxxxx",
        "^"
    };
    private static final String[] CODECS = {
        "none", "none", "none", "gzip", "bzip2", "deflate", "ZipDeflate", "TarGZip", "Tar", "snappy", "lz4"
    };
    private static final String[] ENCODINGS = {
        "UTF-8", "UTF-8", "UTF-16", "windows-1252", "SHIFT-JIS", "GB18030", "UTF-32"
    };

    static LongStream seeds() {
        return LongStream.range(0, 40);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void any_bytes_give_rows_or_a_problem(long seed) throws IOException {
        Random random = new Random(seed);
        try (TextFixture fixture = new TextFixture()) {
            for (int i = 0; i < 150; i++) {
                TestEndpoint settings = settings(random);
                byte[] content = content(random);
                Decoder decoder;
                try {
                    decoder = TextFixture.decoder(settings);
                } catch (ProblemException e) {
                    assertThat(e.problem().location()).startsWith("/dataset/");
                    continue;
                }
                try {
                    fixture.read(decoder, content, 1 + random.nextInt(200));
                } catch (ProblemException e) {
                    assertThat(e.problem().message()).doesNotContain("unknown)");
                }
                fixture.refused.forEach(r -> assertThat(r.problem().location()).startsWith("data.csv"));
                fixture.refused.clear();
            }
            assertThat(fixture.job.memory().peak()).isLessThan(64 << 20);
        }
    }

    private static TestEndpoint settings(Random random) {
        String quote = random.nextInt(3) == 0 ? pick(random, "", "'", "é") : "\"";
        return TestEndpoint.source()
                .with("columnDelimiter", random.nextBoolean() ? "," : pick(random, "", "||", "|", "é", "xx", "a"))
                .with("rowDelimiter", random.nextBoolean() ? null : pick(random, "\n", "\r\n", "a", "|\n", "日"))
                .with("quoteChar", quote)
                .with("escapeChar", random.nextBoolean() ? "\\" : quote)
                .with("nullValue", pick(random, "", "a", "xxxxxxxxx"))
                .with("firstRowAsHeader", random.nextInt(4) == 0)
                .with("encodingName", pick(random, ENCODINGS))
                .with("compressionCodec", pick(random, CODECS))
                .format("skipLineCount", java.math.BigDecimal.valueOf(random.nextInt(3)));
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static byte[] content(Random random) {
        if (random.nextInt(4) == 0) {
            byte[] noise = new byte[random.nextInt(400)];
            random.nextBytes(noise);
            return noise;
        }
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(300); n > 0; n--) {
            text.append(BITS[random.nextInt(BITS.length)]);
        }
        byte[] bytes = text.toString().getBytes(java.nio.charset.Charset.forName(pick(random, "UTF-8", "UTF-16LE")));
        for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }
}
