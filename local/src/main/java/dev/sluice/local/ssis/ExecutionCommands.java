package dev.sluice.local.ssis;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.local.ssis.CatalogOptions.Column;
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

/// `sluice ssis executions`.
@Command(
        name = "executions",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Executions of the catalog: list (what happens without a further word), show, stop, executables.",
        footer = {
            "",
            "Examples:",
            "  sluice ssis executions list --status Running",
            "  sluice ssis executions show 42 -o json     with values of parameters, place in the queue and formula",
            "  sluice ssis executions executables 42      how long each executable took",
            "  sluice ssis executions stop 42"
        })
final class ExecutionCommands implements Callable<Integer> {
    @Mixin
    private CatalogOptions catalog = new CatalogOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        return list(catalog, null, null, null, null, 50);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Executions, the newest first.")
    int list(
            @Mixin CatalogOptions options,
            @Option(names = "--status", paramLabel = "STATUS", description = "Running, Failed … or SSISDB's code.")
                    @Nullable
                    String status,
            @Option(names = "--folder", paramLabel = "NAME") @Nullable String folder,
            @Option(names = "--project", paramLabel = "NAME") @Nullable String project,
            @Option(names = "--package", paramLabel = "NAME") @Nullable String packageName,
            @Option(
                            names = "--top",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "At most so many (default 50).")
                    int top) {
        List<String> query = new ArrayList<>(List.of("%24top=" + top));
        add(query, "status", status);
        add(query, "folder", folder);
        add(query, "project", project);
        add(query, "package", packageName);
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client()
                        .get(r.root() + "/executions?" + String.join("&", query))
                        .path("value")),
                new Column("execution", "executionId"),
                new Column("folder", "folderName"),
                new Column("project", "projectName"),
                new Column("package", "packageName"),
                new Column("status", "statusName"),
                new Column("created", "createdTime"),
                new Column("ms", "durationInMs"),
                new Column("by", "callerName"),
                new Column("node", "node"));
        return 0;
    }

    private static void add(List<String> query, String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + ServiceClient.segment(value));
        }
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "One execution.")
    int show(@Mixin CatalogOptions options, @Parameters(paramLabel = "EXECUTION") long id) {
        options.print(
                spec.commandLine().getOut(), options.remote(r -> r.client().get(r.root() + "/executions/" + id)));
        return 0;
    }

    @Command(name = "stop", mixinStandardHelpOptions = true, description = "Asks an execution to stop.")
    int stop(@Mixin CatalogOptions options, @Parameters(paramLabel = "EXECUTION") long id) {
        JsonNode stopped = options.remote(r -> r.client().post(r.root() + "/executions/" + id + "/stop", null));
        options.print(spec.commandLine().getOut(), stopped);
        return 0;
    }

    @Command(
            name = "executables",
            mixinStandardHelpOptions = true,
            description = "How the executables of an execution did.")
    int executables(@Mixin CatalogOptions options, @Parameters(paramLabel = "EXECUTION") long id) {
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client().list(r.root() + "/executions/" + id + "/executables")),
                new Column("executable", "executableName"),
                new Column("path", "packagePath"),
                new Column("result", "executionResult"),
                new Column("ms", "executionDuration"));
        return 0;
    }
}
