package dev.sluice.local.ssis;

import dev.sluice.local.ssis.CatalogOptions.Column;
import dev.sluice.local.ssis.CatalogOptions.Pair;
import dev.sluice.model.Json;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice ssis references`.
@Command(
        name = "references",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Which environments a project refers to: list, add, remove.",
        footer = {
            "",
            "Examples:",
            "  sluice ssis references list Etl/Sales",
            "  sluice ssis references add Etl/Sales Etl/Production",
            "  sluice ssis references remove Etl/Sales 2"
        })
final class ReferenceCommands implements Callable<Integer> {
    private static final Column[] COLUMNS = {
        new Column("id", "id"),
        new Column("type", "referenceType"),
        new Column("folder", "environmentFolderName"),
        new Column("environment", "environmentName")
    };

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return 2;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "The references of a project.")
    int list(@Mixin CatalogOptions options, @Parameters(paramLabel = "FOLDER/PROJECT") String project) {
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client().get(path(r, project)).path("value")),
                COLUMNS);
        return 0;
    }

    @Command(name = "add", mixinStandardHelpOptions = true, description = "Lets a project refer to an environment.")
    int add(
            @Mixin CatalogOptions options,
            @Parameters(index = "0", paramLabel = "FOLDER/PROJECT") String project,
            @Parameters(index = "1", paramLabel = "FOLDER/ENVIRONMENT") String environment) {
        Pair to = Pair.of(environment, "ENVIRONMENT");
        boolean relative =
                to.folder().equalsIgnoreCase(Pair.of(project, "PROJECT").folder());
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client()
                        .post(
                                path(r, project),
                                Json.object()
                                        .put("environmentName", to.name())
                                        .put("environmentFolderName", relative ? "" : to.folder()))
                        .path("value")),
                COLUMNS);
        return 0;
    }

    @Command(name = "remove", mixinStandardHelpOptions = true, description = "Takes a reference away.")
    int remove(
            @Mixin CatalogOptions options,
            @Parameters(index = "0", paramLabel = "FOLDER/PROJECT") String project,
            @Parameters(index = "1", paramLabel = "ID") long id) {
        options.remote(r -> r.client().call("DELETE", path(r, project) + "/" + id, null));
        return 0;
    }

    private static String path(CatalogOptions.Remote remote, String project) {
        return remote.in(Pair.of(project, "PROJECT"), "projects") + "/references";
    }
}
