package dev.sluice.cli.client;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which service a command is meant for, as options of a command line.
public final class ServiceOptions {
    @Option(names = "--service", paramLabel = "URL", description = "Service to talk to (SLUICE_SERVICE).")
    private @Nullable String url;

    @Option(names = "--token-file", paramLabel = "FILE", description = "File with the access token (SLUICE_TOKEN).")
    private @Nullable Path tokenFile;

    @Option(names = "--ca", paramLabel = "FILE", description = "PEM of the CA to trust (SLUICE_CA).")
    private @Nullable Path authority;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Data folder of a service on this machine; its address and token are read from there.")
    private @Nullable Path data;

    @Option(names = "--subscription", paramLabel = "ID", defaultValue = FactoryPaths.DEFAULT_SUBSCRIPTION)
    private String subscription = FactoryPaths.DEFAULT_SUBSCRIPTION;

    @Option(
            names = {"-g", "--resource-group"},
            paramLabel = "NAME",
            defaultValue = FactoryPaths.DEFAULT_GROUP)
    private String group = FactoryPaths.DEFAULT_GROUP;

    public ServiceClient client() {
        return new ServiceClient(new Connecting(url, tokenFile, authority, data).resolve(System::getenv));
    }

    public FactoryPaths factory(String name) {
        return new FactoryPaths(subscription, group, name);
    }
}
