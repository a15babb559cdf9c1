package dev.sluice.ssis.packages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Real packages of many makers. They lie beside the project, not in it.
class CorpusTest {
    private static final Path CORPUS = Path.of("../../../shared/corpus/ssis-dev");

    @BeforeEach
    void there() {
        assumeThat(CORPUS)
                .as("SKIPPED: the corpus of real packages is not beside the project")
                .isDirectory();
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(CORPUS)) {
            return all.filter(p -> p.toString().endsWith(ending)).sorted().toList();
        }
    }

    @Test
    void every_package_is_read_and_its_references_are_found() throws IOException {
        PackageReader reader = new PackageReader(PackagePassword.NONE, Limits.DEFAULT);
        Map<String, Integer> kinds = new TreeMap<>();
        List<String> unresolved = new ArrayList<>();
        List<Path> files = files(".dtsx");
        for (Path file : files) {
            SsisPackage p =
                    reader.read(Files.readAllBytes(file), file.getFileName().toString());
            assertThat(Summary.of(p)).isNotEmpty();
            p.executables().forEach(e -> {
                kinds.merge(
                        "task " + (e.kind() == ExecutableKind.UNKNOWN ? "? " + e.creationName() : e.kind()),
                        1,
                        Integer::sum);
                assertThat(e.others()).as(file + " " + e).isEmpty();
                Pipeline flow = e.pipeline();
                if (flow != null) {
                    flow.components()
                            .forEach(c -> kinds.merge(
                                    "component " + (c.kind() == ComponentKind.UNKNOWN ? "? " + c.typeName() : c.kind()),
                                    1,
                                    Integer::sum));
                    unresolved.addAll(dangling(file, flow));
                }
                e.constraints().forEach(x -> assertThat(x.from()).isNotEmpty());
            });
            p.connectionManagers()
                    .forEach(c -> kinds.merge(
                            "connection " + (c.kind() == ConnectionKind.UNKNOWN ? "? " + c.creationName() : c.kind()),
                            1,
                            Integer::sum));
        }
        kinds.forEach((kind, count) -> System.out.println(count + " " + kind));
        assertThat(files).hasSizeGreaterThan(100);
        assertThat(unresolved).isEmpty();
    }

    /// Ends of paths that are no output or input.
    private static List<String> dangling(Path file, Pipeline flow) {
        List<String> ends = flow.components().stream()
                .flatMap(c -> Stream.concat(
                        c.inputs().stream().map(Component.Input::id),
                        c.outputs().stream().map(Component.Output::id)))
                .toList();
        return flow.paths().stream()
                .flatMap(p -> Stream.of(p.start(), p.end()))
                .filter(end -> !ends.contains(end))
                .map(end -> file.getFileName() + ": " + end)
                .toList();
    }

    @Test
    void every_project_archive_is_read() throws IOException {
        for (Path file : files(".ispac")) {
            SsisProject project = new ProjectReader(PackagePassword.NONE, Limits.DEFAULT).read(file);
            assertThat(project.packages()).as(file.toString()).isNotEmpty();
            System.out.println(
                    project.name() + ": " + project.packages().size() + " packages, " + project.protection());
        }
    }

    @Test
    void a_published_project_opens_with_its_published_password() throws IOException {
        List<Path> files = files(".dtsx").stream()
                .filter(p -> p.toString().contains("ssis-build"))
                .toList();
        assumeThat(files)
                .as("SKIPPED: the sample protected with a password is not in the corpus")
                .isNotEmpty();
        PackageReader reader = new PackageReader(new PackagePassword("ssis123"), Limits.DEFAULT);

        SsisPackage p = reader.read(Files.readAllBytes(files.getFirst()), "p.dtsx");

        assertThat(p.problems()).isEmpty();
        assertThat(p.protection()).isEqualTo(ProtectionLevel.ENCRYPT_SENSITIVE_WITH_PASSWORD);
        assertThat(p.parameters())
                .allMatch(x -> !x.sensitive() || x.value() != null && !x.value().isBlank());
        assertThat(p.connectionManagers()).anyMatch(c -> c.secret("Password").isPresent());
    }
}
