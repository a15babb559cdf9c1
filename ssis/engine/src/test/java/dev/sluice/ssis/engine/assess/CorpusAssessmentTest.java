package dev.sluice.ssis.engine.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.ssis.packages.PackagePassword;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Real packages of many makers, which lie beside the project. The figures in the guide may only rise; with
/// `-Dsluice.docs.write=true` they are written.
class CorpusAssessmentTest {
    private static final Path CORPUS = corpus();
    private static final Path GUIDE = Path.of("../../docs/guide/ssis.md");
    private static final Pattern FIGURES = Pattern.compile("\\| (\\d+) \\| (\\d+) \\| (\\d+) \\| (\\d+) \\|");

    private static Path corpus() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.isDirectory(at.resolve("shared/corpus/ssis-dev"))) {
            at = at.getParent();
        }
        return at == null ? Path.of("shared/corpus/ssis-dev") : at.resolve("shared/corpus/ssis-dev");
    }

    @Test
    void the_figures_of_the_guide_hold_and_only_rise() throws IOException {
        assumeThat(CORPUS)
                .as("SKIPPED: the corpus of real packages is not beside the project")
                .isDirectory();
        List<Assessment> all = Assessment.all(CORPUS, PackagePassword.NONE);
        Assessment.Summary now = Assessment.Summary.of(all);
        Map<String, Integer> obstacles = new TreeMap<>();
        all.forEach(a -> a.findings().stream()
                .filter(f -> f.weight() == Assessment.Weight.OBSTACLE)
                .map(f -> f.code() + " " + f.component())
                .distinct()
                .forEach(f -> obstacles.merge(f, 1, Integer::sum)));
        obstacles.forEach((what, packages) -> System.out.println(packages + " " + what));
        System.out.println(now);
        String guide = Files.readString(GUIDE);
        Matcher written = FIGURES.matcher(guide);
        assertThat(written.find()).as("figures in " + GUIDE).isTrue();
        if (Boolean.getBoolean("sluice.docs.write")) {
            Files.writeString(
                    GUIDE,
                    written.replaceFirst("| " + now.packages() + " | " + now.parsed() + " | " + now.runnable() + " | "
                            + now.runnableWithScripts() + " |"));
            return;
        }
        assertThat(now.parsed()).isEqualTo(now.packages()).isGreaterThanOrEqualTo(figure(written, 2));
        assertThat(now.runnable()).isGreaterThanOrEqualTo(figure(written, 3));
        assertThat(now.runnableWithScripts()).isGreaterThanOrEqualTo(figure(written, 4));
    }

    private static int figure(Matcher written, int group) {
        return Integer.parseInt(written.group(group));
    }
}
