package dev.sluice.ssis.packages;

import dev.sluice.diagnosis.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// A project as its designer keeps it: a folder with packages, `Project.params` and `.conmgr` files. Packages are read
/// when they are asked for.
public final class ProjectFolder {
    private final Path folder;
    private final PackagePassword password;
    private final List<Problem> problems = new ArrayList<>();
    private final List<Parameter> parameters;
    private final List<ConnectionManager> connectionManagers;

    /// @throws dev.sluice.diagnosis.ProblemException located, when one of the project's own files cannot be read
    public ProjectFolder(Path folder, PackagePassword password) throws IOException {
        this.folder = folder;
        this.password = password;
        Path params = folder.resolve("Project.params");
        this.parameters = Files.isRegularFile(params) ? parameters(params) : List.of();
        List<ConnectionManager> found = new ArrayList<>();
        PackageReader reader = new PackageReader(password, Limits.DEFAULT);
        for (Path file : files(".conmgr")) {
            found.add(reader.connection(Files.readAllBytes(file), name(file), problems));
        }
        this.connectionManagers = List.copyOf(found);
    }

    private List<Parameter> parameters(Path params) throws IOException {
        Protection protection = new Protection(name(params), password, Limits.DEFAULT);
        Element root = protection.opened(XmlReader.read(Files.readAllBytes(params), name(params), Limits.DEFAULT));
        problems.addAll(protection.problems());
        return ParametersReader.read(root);
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(Files::isRegularFile)
                    .filter(p -> name(p).toLowerCase(Locale.ROOT).endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    public List<ConnectionManager> connectionManagers() {
        return connectionManagers;
    }

    /// What could not be read although the files could: secrets, mostly.
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /// Files of packages, by name.
    public List<Path> packages() throws IOException {
        return files(".dtsx");
    }

    /// A package by its file name or name, without regard to case, with or without `.dtsx`.
    public Optional<SsisPackage> find(String wanted) throws IOException {
        String file = wanted.toLowerCase(Locale.ROOT).endsWith(".dtsx") ? wanted : wanted + ".dtsx";
        for (Path p : packages()) {
            if (name(p).equalsIgnoreCase(file)) {
                return Optional.of(new PackageReader(password, Limits.DEFAULT).read(Files.readAllBytes(p), name(p)));
            }
        }
        return Optional.empty();
    }
}
