package dev.sluice.local.ssis;

import dev.sluice.local.ssis.CatalogOptions.Column;
import dev.sluice.local.ssis.CatalogOptions.Pair;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice ssis versions`.
@Command(
        name = "versions",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Versions of a project, the newest first.",
        footer = {"", "Example:", "  sluice ssis versions Etl/Sales"})
final class VersionsCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FOLDER/PROJECT", description = "The project.")
    private String project = "";

    @Mixin
    private CatalogOptions catalog = new CatalogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        catalog.print(
                spec.commandLine().getOut(),
                catalog.remote(r -> r.client().list(r.in(Pair.of(project, "PROJECT"), "projects") + "/versions")),
                new Column("version", "version"),
                new Column("current", "current"),
                new Column("of the designer", "projectVersion"),
                new Column("bytes", "sizeInBytes"),
                new Column("deployed", "createdTime"),
                new Column("by", "createdBy"),
                new Column("restored", "lastRestoredTime"));
        return 0;
    }
}
