package dev.sluice.ssis.packages;

import dev.sluice.diagnosis.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A package as it was saved.
///
/// @param file name for messages
/// @param formatVersion PackageFormatVersion: 2, 3, 6 or 8
/// @param product LastModifiedProductVersion; empty before 2014
/// @param protection how secrets are kept
/// @param root the package as an executable
/// @param problems what could not be read although the package could: secrets, mostly
public record SsisPackage(
        String file,
        int formatVersion,
        String product,
        ProtectionLevel protection,
        Executable root,
        List<ConnectionManager> connectionManagers,
        List<Parameter> parameters,
        List<Configuration> configurations,
        List<LogProvider> logProviders,
        List<Problem> problems) {
    public SsisPackage {
        connectionManagers = List.copyOf(connectionManagers);
        parameters = List.copyOf(parameters);
        configurations = List.copyOf(configurations);
        logProviders = List.copyOf(logProviders);
        problems = List.copyOf(problems);
    }

    public String name() {
        return root.name();
    }

    /// All executables but the package itself.
    public Stream<Executable> executables() {
        return root.all().skip(1);
    }

    /// The connection manager a reference means: by GUID (what follows it, as in `{GUID}:external`, does not count), by
    /// refId, then by name. Those of the project are to be asked for too.
    ///
    /// @param project connection managers of the project, empty without one
    public Optional<ConnectionManager> connection(String reference, List<ConnectionManager> project) {
        return ConnectionReference.find(
                reference,
                Stream.concat(connectionManagers.stream(), project.stream()).toList());
    }
}
