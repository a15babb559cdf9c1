package dev.sluice.ssis.packages;

import dev.sluice.diagnosis.Problem;
import java.util.List;
import java.util.Optional;

/// A project: packages that share parameters and connection managers.
///
/// @param packages in the manifest's order
/// @param problems what could not be read although the project could
public record SsisProject(
        String name,
        String version,
        ProtectionLevel protection,
        List<Parameter> parameters,
        List<ConnectionManager> connectionManagers,
        List<SsisPackage> packages,
        List<String> entryPoints,
        List<Problem> problems) {
    public SsisProject {
        parameters = List.copyOf(parameters);
        connectionManagers = List.copyOf(connectionManagers);
        packages = List.copyOf(packages);
        entryPoints = List.copyOf(entryPoints);
        problems = List.copyOf(problems);
    }

    /// A package by its file name or name, without regard to case, with or without `.dtsx`.
    public Optional<SsisPackage> find(String wanted) {
        String file = wanted.toLowerCase(java.util.Locale.ROOT).endsWith(".dtsx") ? wanted : wanted + ".dtsx";
        return packages.stream().filter(p -> p.file().equalsIgnoreCase(file)).findFirst();
    }
}
