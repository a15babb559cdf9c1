package dev.sluice.ssis.packages;

import dev.sluice.diagnosis.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a catalog has to know of a project: its packages by name, and what can be set from outside.
///
/// @param version `major.minor.build`
/// @param connectionManagers names of the project's own
/// @param problems what could not be read although the project could
public record ProjectOutline(
        String name,
        String version,
        String description,
        ProtectionLevel protection,
        List<Parameter> parameters,
        List<String> connectionManagers,
        List<PackageOutline> packages,
        List<Problem> problems) {
    public ProjectOutline {
        parameters = List.copyOf(parameters);
        connectionManagers = List.copyOf(connectionManagers);
        packages = List.copyOf(packages);
        problems = List.copyOf(problems);
    }

    /// One package of it.
    ///
    /// @param file with `.dtsx`, as the manifest has it
    /// @param id the package's GUID; empty where it has none
    /// @param entryPoint whether it is meant to be started by itself
    public record PackageOutline(
            String file,
            String id,
            String description,
            int formatVersion,
            boolean entryPoint,
            List<Parameter> parameters,
            List<String> connectionManagers) {
        public PackageOutline {
            parameters = List.copyOf(parameters);
            connectionManagers = List.copyOf(connectionManagers);
        }
    }

    /// A package by its file name, without regard to case, with or without `.dtsx`.
    public Optional<PackageOutline> find(String wanted) {
        String file = wanted.toLowerCase(Locale.ROOT).endsWith(".dtsx") ? wanted : wanted + ".dtsx";
        return packages.stream().filter(p -> p.file().equalsIgnoreCase(file)).findFirst();
    }
}
