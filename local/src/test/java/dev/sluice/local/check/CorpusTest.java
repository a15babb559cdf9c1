package dev.sluice.local.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Finding;
import dev.sluice.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Factories that people keep in public: no error is found but in files that really are broken.
class CorpusTest {
    private static final Path CORPUS = Path.of("..", "..", "shared", "corpus", "adf-dev");

    @Test
    void errors_are_found_in_the_files_that_are_broken_and_in_no_other() throws IOException {
        if (!Files.isDirectory(CORPUS)) {
            System.err.println("SKIPPED: no collection of public factories at " + CORPUS.toAbsolutePath());
        }
        assumeTrue(Files.isDirectory(CORPUS), "no collection of public factories at " + CORPUS);
        Map<String, String> broken = new TreeMap<>();
        int documents = 0;
        try (Stream<Path> units = Files.list(CORPUS)) {
            for (Path unit : units.filter(Files::isDirectory).sorted().toList()) {
                for (FactorySource factory : FactorySource.all(unit, Json.object())) {
                    documents += factory.documents().size();
                    for (Finding finding : FactoryCheck.of(factory)) {
                        assertThat(finding.line()).as("%s", finding).isPositive();
                        if (finding.severity() == Finding.Severity.ERROR) {
                            broken.merge(
                                    unit.getFileName() + "/" + finding.file(),
                                    finding.problem().code(),
                                    (a, b) -> String.join(" ", new TreeSet<>(List.of((a + " " + b).split(" ")))));
                        }
                    }
                }
            }
        }
        System.out.println(documents + " documents of public factories, " + broken.size() + " broken");
        assertThat(documents).isGreaterThan(1_800);
        assertThat(broken).isEqualTo(reviewed());
    }

    /// Reviewed one by one: why each file is broken stands above its group.
    private static Map<String, String> reviewed() throws IOException {
        try (var in = CorpusTest.class.getResourceAsStream("broken-files.txt")) {
            String text = new String(
                    java.util.Objects.requireNonNull(in).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return text.lines()
                    .filter(l -> !l.isBlank() && !l.startsWith("#"))
                    .map(l -> l.split(" \\| "))
                    .collect(Collectors.toMap(p -> p[0], p -> p[1], (a, b) -> a, TreeMap::new));
        }
    }
}
