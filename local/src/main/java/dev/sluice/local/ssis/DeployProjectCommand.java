package dev.sluice.local.ssis;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// `sluice ssis deploy`.
@Command(
        name = "deploy",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Brings a project (.ispac) into the catalog as its newest version. Earlier versions stay and can be"
                    + " restored.",
            "The folder is made when it is not there."
        },
        footer = {
            "",
            "Examples:",
            "  sluice ssis deploy Sales.ispac --folder Etl",
            "  sluice ssis deploy bin/Development/Sales.ispac --folder Etl --project SalesTest -o json",
            "",
            "Exit codes: 0 deployed, 1 refused, 2 wrong usage."
        })
final class DeployProjectCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "The .ispac file.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(names = "--folder", required = true, paramLabel = "NAME", description = "Folder of the catalog.")
    private String folder = "";

    @Option(
            names = "--project",
            paramLabel = "NAME",
            description = "What the project is to be called; the file's name without .ispac when not given.")
    private @Nullable String project;

    @Mixin
    private CatalogOptions catalog = new CatalogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(file + " is not a file");
        }
        String name = project != null ? project : file.getFileName().toString().replaceFirst("(?i)\\.ispac$", "");
        JsonNode deployed = catalog.remote(remote -> {
            ServiceClient client = remote.client();
            ensure(client, remote.folder(folder));
            return client.upload(remote.in(new CatalogOptions.Pair(folder, name), "projects"), file);
        });
        catalog.print(spec.commandLine().getOut(), deployed);
        deployed.path("warnings")
                .forEach(w -> spec.commandLine()
                        .getErr()
                        .println("warning: " + w.path("code").asString("") + ": "
                                + w.path("message").asString("")));
        return 0;
    }

    private static void ensure(ServiceClient client, String folder) {
        try {
            client.get(folder);
        } catch (ServiceException e) {
            if (e.status() != 404) {
                throw e;
            }
            client.put(folder, dev.sluice.model.Json.object());
        }
    }
}
