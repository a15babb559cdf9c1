package dev.sluice.local.ssis;

import dev.sluice.local.ssis.CatalogOptions.Column;
import dev.sluice.model.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice ssis folders`.
@Command(
        name = "folders",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Folders of the catalog; without a further word, lists them.",
        footer = {
            "",
            "Examples:",
            "  sluice ssis folders",
            "  sluice ssis folders create Etl --description 'nightly loads'",
            "  sluice ssis folders delete Etl"
        })
final class FolderCommands implements Callable<Integer> {
    @Mixin
    private CatalogOptions catalog = new CatalogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        catalog.print(
                spec.commandLine().getOut(),
                catalog.remote(r -> r.client().list(r.root() + "/folders")),
                new Column("folder", "name"),
                new Column("description", "description"),
                new Column("created by", "createdBy"),
                new Column("created", "createdTime"));
        return 0;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Makes a folder, or changes its description.")
    int create(
            @Mixin CatalogOptions options,
            @Parameters(paramLabel = "FOLDER") String name,
            @Option(names = "--description", paramLabel = "TEXT", defaultValue = "") String description) {
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client().put(r.folder(name), Json.object().put("description", description))));
        return 0;
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes a folder that holds nothing.")
    int delete(@Mixin CatalogOptions options, @Parameters(paramLabel = "FOLDER") String name) {
        options.remote(r -> r.client().call("DELETE", r.folder(name), null));
        return 0;
    }
}
