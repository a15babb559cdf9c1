package dev.sluice.local.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.expression.Expression;
import dev.sluice.expression.Expressions;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Finding;
import dev.sluice.local.factory.InlineDatasets;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Mention;
import dev.sluice.model.UnknownMembers;
import dev.sluice.model.Validation;
import dev.sluice.model.secret.SecretPlaces;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/// Whatever stands in an expression or a document, reading and checking it gives a result or a
/// [ProblemException], soon. The time is given by `-Dsluice.fuzz.seconds`, shared among the fuzz tests; a
/// failure names the seed that makes it happen again (`-Dsluice.fuzz.seed`). What was once wrong is kept as
/// a seed, a line each.
class DocumentsFuzzTest {
    private static final long SEED = Long.getLong("sluice.fuzz.seed", 20_260_131L);
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("sluice.fuzz.seconds", 2L));
    private static final String[] EXPRESSION_BITS = {
        "@",
        "@@",
        "@{",
        "}",
        "(",
        ")",
        "'",
        "''",
        ",",
        ".",
        "?.",
        "[",
        "]",
        "?[",
        "item()",
        "pipeline()",
        "concat(",
        "activity('A')",
        "variables('v')",
        "1",
        "-1",
        "1e400",
        "9".repeat(40),
        "null",
        "true",
        "é",
        "\0",
        "\uD800",
        "\n",
        "dataset().",
        "json('",
        "if(",
        "add(1,",
        "formatDateTime(utcNow(),'",
        "range(0,",
        "xpath(xml('<a/>'),'"
    };
    private static final String[] DOCUMENT_BITS = {
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "null",
        "1e999",
        "-0",
        "\\u0000",
        "\"@{\"",
        "\"type\"",
        "\"properties\"",
        "\"activities\"",
        "\"dependsOn\"",
        "\"typeProperties\"",
        "\"Expression\"",
        "\"SecureString\"",
        "\"referenceName\"",
        "\"cases\"",
        "\"datasetSettings\"",
        "[parameters('x')]",
        "9".repeat(500)
    };

    @TempDir
    Path folder;

    @Test
    void any_text_is_an_expression_or_a_problem() throws IOException {
        List<String> seeds = lines("expressions.txt");
        Random random = new Random(SEED);
        long end = System.nanoTime() + TIME.toNanos() / 3;
        for (int i = 0; i < seeds.size() || System.nanoTime() < end; i++) {
            String text = i < seeds.size()
                    ? seeds.get(i)
                    : mutated(seeds.get(random.nextInt(seeds.size())), EXPRESSION_BITS, random);
            try {
                Expression parsed = Expression.parse(text);
                parsed.references();
            } catch (ProblemException e) {
                assertThat(e.problem().message())
                        .as("seed %d, text %d: %s", SEED, i, text)
                        .isNotEmpty();
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + SEED + ", text " + i + ": " + text, e);
            }
        }
    }

    @Test
    void any_text_is_a_document_or_a_problem() throws IOException {
        List<String> seeds = lines("documents.txt");
        Random random = new Random(SEED);
        long end = System.nanoTime() + TIME.toNanos() / 3;
        for (int i = 0; i < seeds.size() || System.nanoTime() < end; i++) {
            String text = i < seeds.size()
                    ? seeds.get(i)
                    : mutated(seeds.get(random.nextInt(seeds.size())), DOCUMENT_BITS, random);
            try {
                read(text, DocumentKind.values()[random.nextInt(DocumentKind.values().length)]);
                if (i % 50 == 0) {
                    checked(text);
                }
            } catch (ProblemException e) {
                assertThat(e.problem().message())
                        .as("seed %d, text %d: %s", SEED, i, text)
                        .isNotEmpty();
            } catch (RuntimeException | StackOverflowError e) {
                throw new AssertionError("seed " + SEED + ", text " + i + ": " + text, e);
            }
        }
    }

    private static void read(String text, DocumentKind kind) {
        ObjectNode json = Json.parseObject(text);
        assertThat(Json.parseObject(Json.bytes(json))).isEqualTo(json);
        Document document = new Document(kind, "x", json);
        Validation.problems(document);
        UnknownMembers.of(document);
        Mention.all(document);
        SecretPlaces.masked(json);
        InlineDatasets.outside(List.of(new Document(DocumentKind.PIPELINE, "x", json)));
        Expressions.check(document.properties().json(), "/properties");
    }

    /// As `sluice validate` does it, from a file.
    private void checked(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("x.json"), text);
        for (FactorySource factory : FactorySource.all(file, Json.object())) {
            for (Finding finding : FactoryCheck.of(factory)) {
                assertThat(finding.message()).isNotEmpty();
            }
        }
    }

    private static List<String> lines(String resource) throws IOException {
        try (InputStream in = Objects.requireNonNull(DocumentsFuzzTest.class.getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        }
    }

    private static String mutated(String text, String[] bits, Random random) {
        StringBuilder mutated = new StringBuilder(text);
        for (int n = 1 + random.nextInt(5); n > 0 && !mutated.isEmpty(); n--) {
            int at = random.nextInt(mutated.length());
            int to = Math.min(mutated.length(), at + 1 + random.nextInt(12));
            switch (random.nextInt(4)) {
                case 0 -> mutated.insert(at, bits[random.nextInt(bits.length)]);
                case 1 -> mutated.delete(at, to);
                case 2 -> mutated.insert(at, mutated.substring(at, to).repeat(1 + random.nextInt(300)));
                default -> mutated.replace(at, to, bits[random.nextInt(bits.length)]);
            }
        }
        return mutated.toString();
    }
}
