package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `sluice expression` as a person sees it: commands with everything that they print and their exit codes, in
/// `expression.transcript`. Written anew with `-Dsluice.golden.write=PATH` of the file.
class ExpressionTranscriptTest {
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    @TempDir
    Path folder;

    private static String resource(String name) throws IOException {
        try (var in = ExpressionTranscriptTest.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// Words of a command line; a word in quotes may hold blanks and the other kind of quotes, and \\n for a new line.
    private List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(line);
        while (word.find()) {
            String quoted = word.group(1) != null ? word.group(1) : word.group(2);
            String text = (quoted != null ? quoted : word.group(3)).replace("\\n", "\n");
            words.add(text.equals("context.json") ? folder.resolve(text).toString() : text);
        }
        return words;
    }

    private String shown(String command) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Program.line(new ExpressionCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words(command).toArray(String[]::new));
        StringBuilder all = new StringBuilder("$ sluice expression ")
                .append(command)
                .append('\n')
                .append(out);
        // Of wrong usage the reason; what follows is the help.
        err.toString()
                .lines()
                .limit(code == 2 ? 1 : 100)
                .forEach(line -> all.append("! ").append(line).append('\n'));
        return all.append("exit ").append(code).append("\n\n").toString();
    }

    @Test
    void every_command_prints_and_ends_as_written_down() throws IOException {
        Files.writeString(folder.resolve("context.json"), resource("context.json"));
        String expected = resource("expression.transcript");
        StringBuilder actual = new StringBuilder();
        expected.lines()
                .filter(line -> line.startsWith("$ sluice expression "))
                .forEach(line -> actual.append(shown(line.substring("$ sluice expression ".length()))));
        String write = System.getProperty("sluice.golden.write");
        if (write != null) {
            Files.writeString(Path.of(write), actual);
        }
        assertThat(actual.toString()).isEqualTo(expected);
        assertThat(expected.lines().filter(line -> line.startsWith("$ ")).count())
                .isGreaterThan(30);
    }
}
