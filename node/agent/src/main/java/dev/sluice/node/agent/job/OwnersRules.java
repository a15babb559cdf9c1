package dev.sluice.node.agent.job;

import dev.sluice.node.agent.web.AllowedHosts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the owner of a node lets pipelines do on it.
///
/// @param hosts which hosts activities may call
/// @param commands whether Custom activities may run commands, and SSIS packages programs and scripts
/// @param paths where paths that SSIS packages name are here: how they begin, and the folder that stands for it
public record OwnersRules(AllowedHosts hosts, boolean commands, Map<String, Path> paths) {
    /// The system property with the hosts.
    public static final String HOSTS = "sluice.http.hosts";

    /// The system property that allows commands.
    public static final String COMMANDS = "sluice.commands";

    /// The system property with the paths of SSIS packages: `D:\feeds=/data/feeds;\\server\share=/mnt/share`.
    public static final String PATHS = "sluice.ssis.paths";

    /// Every host, no command.
    public static final OwnersRules DEFAULT = new OwnersRules(AllowedHosts.ALL, false);

    public OwnersRules {
        paths = Map.copyOf(paths);
    }

    /// Rules without paths.
    public OwnersRules(AllowedHosts hosts, boolean commands) {
        this(hosts, commands, Map.of());
    }

    /// @param hosts as [AllowedHosts#of] reads them; null when not given
    /// @param commands `true` to allow them
    public static OwnersRules of(@Nullable String hosts, @Nullable String commands) {
        return of(hosts, commands, null);
    }

    /// @param paths beginnings and folders, as the property has them; null when not given
    public static OwnersRules of(@Nullable String hosts, @Nullable String commands, @Nullable String paths) {
        return new OwnersRules(
                hosts == null ? AllowedHosts.ALL : AllowedHosts.of(hosts),
                "true".equalsIgnoreCase(commands),
                paths == null ? Map.of() : paths(paths));
    }

    private static Map<String, Path> paths(String text) {
        Map<String, Path> paths = new LinkedHashMap<>();
        for (String pair : text.split(";")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                paths.put(
                        pair.substring(0, equals).strip(),
                        Path.of(pair.substring(equals + 1).strip()));
            }
        }
        return paths;
    }

    /// As a worker process gets them from its host.
    ///
    /// @param properties gives a system property, or null
    public static OwnersRules ofProperties(java.util.function.Function<String, @Nullable String> properties) {
        return of(properties.apply(HOSTS), properties.apply(COMMANDS), properties.apply(PATHS));
    }
}
