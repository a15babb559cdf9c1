package dev.sluice.ssis.engine.assess;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Limits;
import dev.sluice.ssis.packages.PackagePassword;
import dev.sluice.ssis.packages.PackageReader;
import dev.sluice.ssis.packages.ProjectFolder;
import dev.sluice.ssis.packages.ProjectReader;
import dev.sluice.ssis.packages.SsisPackage;
import dev.sluice.ssis.packages.SsisProject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What is to be said of one package.
///
/// @param path of the file; for a package of an archive `archive.ispac/Package.dtsx`
public record Assessment(String path, boolean parsed, Verdict verdict, List<Finding> findings) {
    private static final int DEEPEST = 64;

    public Assessment {
        findings = List.copyOf(findings);
    }

    /// Whether a package would run.
    public enum Verdict {
        /// Nothing stands in the way but connections and values that have to be given.
        RUNNABLE("runnable"),
        /// All of it runs where scripts are allowed.
        RUNNABLE_WITH_SCRIPTS("runnableWithScripts"),
        NOT_RUNNABLE("notRunnable"),
        UNREADABLE("unreadable");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /// What a finding means for the package.
    public enum Weight {
        /// Something has to be given before it runs: a connection, a password, a permission.
        SETTING,
        /// It runs where scripts are allowed.
        SCRIPT,
        /// It cannot run.
        OBSTACLE
    }

    /// @param object refId
    /// @param component what kind of thing it is
    public record Finding(String object, String component, String code, String message, Weight weight) {
        static Finding of(String object, String component, Problem problem, Weight weight) {
            return new Finding(object, component, problem.code(), problem.message(), weight);
        }
    }

    /// @param runnableWithScripts counts the runnable ones, too
    public record Summary(int packages, int parsed, int runnable, int runnableWithScripts) {
        public static Summary of(List<Assessment> all) {
            return new Summary(
                    all.size(),
                    count(all, Assessment::parsed),
                    count(all, a -> a.verdict() == Verdict.RUNNABLE),
                    count(all, a -> a.verdict() == Verdict.RUNNABLE || a.verdict() == Verdict.RUNNABLE_WITH_SCRIPTS));
        }

        private static int count(List<Assessment> all, java.util.function.Predicate<Assessment> wanted) {
            return (int) all.stream().filter(wanted).count();
        }
    }

    /// Every package of a folder and what lies below it, of an archive, or one file.
    ///
    /// @throws ProblemException when there is nothing to read
    public static List<Assessment> all(Path given, PackagePassword password) {
        List<Assessment> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(given, DEEPEST)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
                if (name.endsWith(".dtsx")) {
                    all.add(file(file, password));
                } else if (name.endsWith(".ispac")) {
                    all.addAll(archive(file, password));
                }
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            throw unreadable(given, e);
        }
        if (all.isEmpty()) {
            throw unreadable(given, new IOException("there is no .dtsx or .ispac file"));
        }
        return all;
    }

    private static ProblemException unreadable(Path path, Exception e) {
        return SsisRunFaults.PACKAGE_UNREADABLE
                .problem()
                .at(path.toString())
                .evidence("path", path)
                .evidence(
                        "detail", e instanceof java.nio.file.NoSuchFileException ? "it does not exist" : e.getMessage())
                .from(e)
                .exception();
    }

    private static Assessment file(Path file, PackagePassword password) {
        try {
            SsisPackage p = new PackageReader(password, Limits.DEFAULT)
                    .read(Files.readAllBytes(file), file.getFileName().toString());
            Path folder = file.toAbsolutePath().getParent();
            return of(file.toString(), p, shared(folder == null ? Path.of("/") : folder, password));
        } catch (IOException e) {
            return unread(file.toString(), unreadable(file, e).problem());
        } catch (ProblemException e) {
            return unread(file.toString(), e.problem());
        }
    }

    /// The project's connection managers beside a package; one that cannot be read is not the package's fault.
    private static List<ConnectionManager> shared(Path folder, PackagePassword password) throws IOException {
        try {
            return new ProjectFolder(folder, password).connectionManagers();
        } catch (ProblemException e) {
            return List.of();
        }
    }

    private static List<Assessment> archive(Path file, PackagePassword password) {
        try {
            SsisProject project = new ProjectReader(password, Limits.DEFAULT).read(file);
            return project.packages().stream()
                    .map(p -> of(file + "/" + p.file(), p, project.connectionManagers()))
                    .toList();
        } catch (IOException e) {
            return List.of(unread(file.toString(), unreadable(file, e).problem()));
        } catch (ProblemException e) {
            return List.of(unread(file.toString(), e.problem()));
        }
    }

    private static Assessment unread(String path, Problem problem) {
        return new Assessment(
                path, false, Verdict.UNREADABLE, List.of(Finding.of(path, "Package", problem, Weight.OBSTACLE)));
    }

    /// @param project connection managers of the project
    public static Assessment of(String path, SsisPackage p, List<ConnectionManager> project) {
        List<Finding> findings = new Inspection(p, project).findings();
        boolean obstacles = findings.stream().anyMatch(f -> f.weight() == Weight.OBSTACLE);
        boolean scripts = findings.stream().anyMatch(f -> f.weight() == Weight.SCRIPT);
        Verdict verdict = obstacles ? Verdict.NOT_RUNNABLE : scripts ? Verdict.RUNNABLE_WITH_SCRIPTS : Verdict.RUNNABLE;
        return new Assessment(path, true, verdict, findings);
    }

    static Finding unsupportedTask(String object, String task, String type, String advice) {
        return Finding.of(
                object,
                type,
                SsisFaults.TASK_UNSUPPORTED
                        .problem()
                        .evidence("task", task)
                        .evidence("type", type)
                        .evidence("advice", advice)
                        .build(),
                Weight.OBSTACLE);
    }
}
