package dev.sluice.local.ssis;

import dev.sluice.local.ssis.CatalogOptions.Column;
import dev.sluice.local.ssis.CatalogOptions.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `sluice ssis projects`.
@Command(
        name = "projects",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Projects of the catalog; without a further word, lists them.",
        footer = {
            "",
            "Examples:",
            "  sluice ssis projects --folder Etl",
            "  sluice ssis projects show Etl/Sales -o json",
            "  sluice ssis projects delete Etl/Sales"
        })
final class ProjectCommands implements Callable<Integer> {
    @Option(names = "--folder", paramLabel = "NAME", description = "Only of this folder.")
    private @Nullable String folder;

    @Mixin
    private CatalogOptions catalog = new CatalogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<JsonNode> all = catalog.remote(r -> {
            List<String> folders = new ArrayList<>();
            if (folder != null) {
                folders.add(folder);
            } else {
                r.client()
                        .list(r.root() + "/folders")
                        .forEach(f -> folders.add(f.path("name").asString("")));
            }
            List<JsonNode> found = new ArrayList<>();
            folders.forEach(f -> found.addAll(r.client().list(r.folder(f) + "/projects")));
            return found;
        });
        catalog.print(
                spec.commandLine().getOut(),
                all,
                new Column("folder", "folderName"),
                new Column("project", "name"),
                new Column("version", "version"),
                new Column("of the designer", "projectVersion"),
                new Column("bytes", "sizeInBytes"),
                new Column("deployed", "lastDeployedTime"),
                new Column("by", "deployedBy"));
        return 0;
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "A project and its packages.")
    int show(@Mixin CatalogOptions options, @Parameters(paramLabel = "FOLDER/PROJECT") String project) {
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client().get(r.in(Pair.of(project, "PROJECT"), "projects"))));
        return 0;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Deletes a project with its versions; its executions stay until their time is over.")
    int delete(@Mixin CatalogOptions options, @Parameters(paramLabel = "FOLDER/PROJECT") String project) {
        options.remote(r -> r.client().call("DELETE", r.in(Pair.of(project, "PROJECT"), "projects"), null));
        return 0;
    }
}
