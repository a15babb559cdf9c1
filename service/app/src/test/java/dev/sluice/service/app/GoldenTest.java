package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every operation's answer, word for word. `-Dgolden.update=FOLDER` writes what came instead of comparing it.
class GoldenTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"documents.txt", "runtimes.txt", "runs.txt", "wrong.txt", "surface.txt"})
    void answers_are_as_written_down(String script) throws Exception {
        String written = resource(script);
        try (Bench bench = new Bench(folder)) {
            String came = new Conversation(bench.client).replay(written);
            String update = System.getProperty("golden.update");
            if (update != null) {
                Files.writeString(Path.of(update).resolve(script), came);
            }
            assertThat(came).isEqualTo(update == null ? written : came);
        }
    }

    private static String resource(String name) throws Exception {
        try (InputStream in = GoldenTest.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
