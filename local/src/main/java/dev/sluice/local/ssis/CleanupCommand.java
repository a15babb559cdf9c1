package dev.sluice.local.ssis;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `sluice ssis cleanup`.
@Command(
        name = "cleanup",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Removes now what the service removes every hour: executions older than RETENTION_WINDOW, the oldest ones",
            "beyond QUOTA_MB, versions of projects beyond MAX_PROJECT_VERSIONS."
        },
        footer = {"", "Example:", "  sluice ssis cleanup"})
final class CleanupCommand implements Callable<Integer> {
    @Mixin
    private CatalogOptions catalog = new CatalogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        catalog.print(
                spec.commandLine().getOut(), catalog.remote(r -> r.client().post(r.root() + "/cleanup", null)));
        return 0;
    }
}
