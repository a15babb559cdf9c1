package dev.sluice.local.ssis;

import dev.sluice.local.ssis.CatalogOptions.Pair;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice ssis restore`.
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Makes an earlier version of a project the current one. What is running goes on with its own.",
        footer = {"", "Example:", "  sluice ssis restore Etl/Sales 17     as 'sluice ssis versions Etl/Sales' lists it"
        })
final class RestoreCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FOLDER/PROJECT", description = "The project.")
    private String project = "";

    @Parameters(index = "1", paramLabel = "VERSION", description = "The version.")
    private long version;

    @Mixin
    private CatalogOptions catalog = new CatalogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        catalog.print(
                spec.commandLine().getOut(),
                catalog.remote(r -> r.client()
                        .post(
                                r.in(Pair.of(project, "PROJECT"), "projects") + "/versions/" + version + "/restore",
                                null)));
        return 0;
    }
}
