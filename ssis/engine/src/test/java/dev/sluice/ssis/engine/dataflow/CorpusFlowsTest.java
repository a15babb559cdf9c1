package dev.sluice.ssis.engine.dataflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.control.PackageRun;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.packages.Component;
import dev.sluice.ssis.packages.ComponentKind;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Element;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.Limits;
import dev.sluice.ssis.packages.PackagePassword;
import dev.sluice.ssis.packages.PackageReader;
import dev.sluice.ssis.packages.Pipeline;
import dev.sluice.ssis.packages.PropertyBag;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Data flows of real packages are built: every component that is known, with its columns, expressions and formats.
class CorpusFlowsTest {
    @TempDir
    Path folder;

    private final Map<String, Integer> unsupported = new TreeMap<>();
    private final List<String> refused = Collections.synchronizedList(new ArrayList<>());
    private int flows;
    private int built;

    @Test
    void flows_of_known_components_are_built() throws IOException {
        Path corpus = corpus();
        Assumptions.assumeTrue(Files.isDirectory(corpus), "SKIPPED: there is no corpus of packages at " + corpus);
        try (Stream<Path> files = Files.walk(corpus)) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".dtsx")).sorted().toList()) {
                check(file);
            }
        }
        System.out.println(built + " of " + flows + " data flows can be built; not supported: " + unsupported);
        refused.forEach(System.out::println);
        assertThat(refused).hasSizeLessThanOrEqualTo(MOST_REFUSED);
        assertThat(built).isGreaterThanOrEqualTo(LEAST_BUILT);
    }

    /// They read variables of containers around them, or flat files of their projects, which are not here.
    private static final int MOST_REFUSED = 6;
    private static final int LEAST_BUILT = 81;

    private static Path corpus() {
        Path at = Path.of("").toAbsolutePath();
        while (at != null && !Files.isDirectory(at.resolve("shared/corpus/ssis-dev"))) {
            at = at.getParent();
        }
        return at == null ? Path.of("shared/corpus/ssis-dev") : at.resolve("shared/corpus/ssis-dev");
    }

    private void check(Path file) throws IOException {
        SsisPackage p;
        try {
            p = new PackageReader(PackagePassword.NONE, Limits.DEFAULT)
                    .read(Files.readAllBytes(file), file.getFileName().toString());
        } catch (ProblemException e) {
            return;
        }
        for (Executable task : p.executables().filter(t -> t.pipeline() != null).toList()) {
            one(p, task, file);
        }
    }

    /// The task alone, in the scope of its package: loops and branches around it do not matter.
    private void one(SsisPackage p, Executable task, Path file) {
        Pipeline pipeline = task.pipeline();
        if (pipeline == null || pipeline.components().isEmpty()) {
            return;
        }
        flows++;
        boolean known = true;
        for (Component c : pipeline.components()) {
            if (!Components.runs(c.kind())) {
                known = false;
                unsupported.merge(
                        c.kind() == ComponentKind.UNKNOWN
                                ? c.typeName()
                                : c.kind().title(),
                        1,
                        Integer::sum);
            }
        }
        if (!known) {
            return;
        }
        PackageRun run;
        try {
            run = new PackageRun(
                    p,
                    new PackageRun.Setting(
                            List.of(),
                            Map.of(),
                            null,
                            new UUID(1, 2),
                            InstantSource.system(),
                            ZoneOffset.UTC,
                            new PathMap(Map.of(), folder, folder)),
                    t -> Optional.empty(),
                    e -> {});
        } catch (ProblemException e) {
            // A required parameter has no value.
            return;
        }
        TaskCall call = new TaskCall(task, PropertyBag.EMPTY, run.scope(), NOBODY);
        try {
            DataFlowTask.check(pipeline, call, connections(p), DataFlowLimits.of(folder));
            built++;
        } catch (ProblemException e) {
            refused.add(file.getFileName() + ": " + e.problem().code() + " " + e.getMessage());
        }
    }

    private static final TaskCall.EventPort NOBODY = new TaskCall.EventPort() {
        @Override
        public void error(int code, String description) {}

        @Override
        public void warning(int code, String description) {}

        @Override
        public void information(String description) {}

        @Override
        public void progress(int percent, String description) {}
    };

    private Connections connections(SsisPackage p) {
        return new Connections() {
            @Override
            public ConnectionManager manager(String reference) {
                return p.connection(reference, List.of())
                        .orElseGet(() -> new ConnectionManager(
                                reference,
                                reference,
                                reference,
                                "OLEDB",
                                true,
                                PropertyBag.EMPTY,
                                Map.of(),
                                new Element("ConnectionManager", Map.of(), List.of(), "", 0, 0)));
            }

            @Override
            public String text(String reference) {
                return manager(reference).connectionString();
            }

            @Override
            public Path file(String reference) {
                return folder.resolve("file");
            }

            @Override
            public List<Path> files(String reference) {
                return List.of();
            }

            @Override
            public Session open(String reference) {
                throw new AssertionError("nothing is connected to");
            }
        };
    }
}
