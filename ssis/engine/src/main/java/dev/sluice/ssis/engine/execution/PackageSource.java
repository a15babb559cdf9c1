package dev.sluice.ssis.engine.execution;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Limits;
import dev.sluice.ssis.packages.PackagePassword;
import dev.sluice.ssis.packages.PackageReader;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.ProjectFolder;
import dev.sluice.ssis.packages.ProjectReader;
import dev.sluice.ssis.packages.SsisPackage;
import dev.sluice.ssis.packages.SsisProject;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Where an execution's packages come from, and what they share.
public interface PackageSource {
    /// The package an execution starts with.
    ///
    /// @param name empty where there is only one
    /// @throws ProblemException when there is none of that name
    SsisPackage main(String name);

    /// A package that another one calls by its name.
    Optional<SsisPackage> called(String name);

    /// A package that another one calls by the path of a file, where it came along; the file itself otherwise.
    default Optional<SsisPackage> calledFile(String path) {
        return Optional.empty();
    }

    List<Parameter> projectParameters();

    List<ConnectionManager> projectConnections();

    /// An `.ispac`, or a `.dtsx` with the project files that lie beside it.
    ///
    /// @throws ProblemException located, when it cannot be read (I08)
    static PackageSource of(Path file, PackagePassword password) {
        try {
            String name = String.valueOf(file.getFileName());
            if (name.toLowerCase(Locale.ROOT).endsWith(".ispac")) {
                return of(new ProjectReader(password, Limits.DEFAULT).read(file));
            }
            SsisPackage one = new PackageReader(password, Limits.DEFAULT).read(Files.readAllBytes(file), name);
            Path folder = file.toAbsolutePath().getParent();
            return new Beside(one, new ProjectFolder(folder == null ? Path.of("/") : folder, password));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /// An opened project.
    static PackageSource of(SsisProject project) {
        return new Archive(project);
    }

    /// Packages that came without files, by name; the first one is the one to start with.
    static PackageSource of(Map<String, SsisPackage> packages) {
        return new Inline(packages);
    }

    private static ProblemException unreadable(Path file, IOException e) {
        String detail = switch (e) {
            case NoSuchFileException n -> "it does not exist";
            case AccessDeniedException a -> "this process may not read it";
            default -> String.valueOf(e.getMessage());
        };
        return SsisRunFaults.PACKAGE_UNREADABLE
                .problem()
                .at(file.toString())
                .evidence("path", file)
                .evidence("detail", detail)
                .evidence("ssisCode", "0xC0011002")
                .from(e)
                .exception();
    }

    private static ProblemException missing(String name, String place, List<String> there) {
        return SsisFaults.PACKAGE_MISSING
                .problem()
                .evidence("package", name.isEmpty() ? "(none given)" : name)
                .evidence("place", place + "; there are " + String.join(", ", there))
                .exception();
    }

    /// A built project.
    record Archive(SsisProject project) implements PackageSource {
        @Override
        public SsisPackage main(String name) {
            List<String> there =
                    project.packages().stream().map(SsisPackage::file).toList();
            if (name.isEmpty() && there.size() == 1) {
                return project.packages().getFirst();
            }
            String wanted = name.isEmpty() && project.entryPoints().size() == 1
                    ? project.entryPoints().getFirst()
                    : name;
            return project.find(wanted).orElseThrow(() -> missing(name, "the project " + project.name(), there));
        }

        @Override
        public Optional<SsisPackage> called(String name) {
            return project.find(name);
        }

        @Override
        public List<Parameter> projectParameters() {
            return project.parameters();
        }

        @Override
        public List<ConnectionManager> projectConnections() {
            return project.connectionManagers();
        }
    }

    /// A package in its designer's folder.
    record Beside(SsisPackage one, ProjectFolder folder) implements PackageSource {
        @Override
        public SsisPackage main(String name) {
            return name.isEmpty()
                    ? one
                    : called(name).orElseThrow(() -> missing(name, "the folder", List.of(one.file())));
        }

        @Override
        public Optional<SsisPackage> called(String name) {
            try {
                return folder.find(name);
            } catch (IOException e) {
                throw unreadable(Path.of(name), e);
            }
        }

        @Override
        public List<Parameter> projectParameters() {
            return folder.parameters();
        }

        @Override
        public List<ConnectionManager> projectConnections() {
            return folder.connectionManagers();
        }
    }

    /// Packages that came as text.
    record Inline(Map<String, SsisPackage> packages) implements PackageSource {
        public Inline {
            packages = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(packages));
        }

        @Override
        public SsisPackage main(String name) {
            return name.isEmpty()
                    ? packages.values().iterator().next()
                    : called(name).orElseThrow(() -> missing(name, "the activity", List.copyOf(packages.keySet())));
        }

        @Override
        public Optional<SsisPackage> called(String name) {
            String plain = name.replaceFirst("(?i)\\.dtsx$", "");
            return packages.entrySet().stream()
                    .filter(e -> e.getKey().replaceFirst("(?i)\\.dtsx$", "").equalsIgnoreCase(plain))
                    .map(Map.Entry::getValue)
                    .findFirst();
        }

        @Override
        public Optional<SsisPackage> calledFile(String path) {
            String plain = path.replace('\\', '/');
            return called(plain.substring(plain.lastIndexOf('/') + 1));
        }

        @Override
        public List<Parameter> projectParameters() {
            return List.of();
        }

        @Override
        public List<ConnectionManager> projectConnections() {
            return List.of();
        }
    }
}
