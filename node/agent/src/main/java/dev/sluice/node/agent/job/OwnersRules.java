package dev.sluice.node.agent.job;

import dev.sluice.node.agent.web.AllowedHosts;
import org.jspecify.annotations.Nullable;

/// What the owner of a node lets pipelines do on it.
///
/// @param hosts which hosts activities may call
/// @param commands whether Custom activities may run commands
public record OwnersRules(AllowedHosts hosts, boolean commands) {
    /// The system property with the hosts.
    public static final String HOSTS = "sluice.http.hosts";

    /// The system property that allows commands.
    public static final String COMMANDS = "sluice.commands";

    /// Every host, no command.
    public static final OwnersRules DEFAULT = new OwnersRules(AllowedHosts.ALL, false);

    /// @param hosts as [AllowedHosts#of] reads them; null when not given
    /// @param commands `true` to allow them
    public static OwnersRules of(@Nullable String hosts, @Nullable String commands) {
        return new OwnersRules(
                hosts == null ? AllowedHosts.ALL : AllowedHosts.of(hosts), "true".equalsIgnoreCase(commands));
    }

    /// As a worker process gets them from its host.
    ///
    /// @param properties gives a system property, or null
    public static OwnersRules ofProperties(java.util.function.Function<String, @Nullable String> properties) {
        return of(properties.apply(HOSTS), properties.apply(COMMANDS));
    }
}
