package dev.sluice.local.ssis;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.local.ssis.CatalogOptions.Assignment;
import dev.sluice.local.ssis.CatalogOptions.Column;
import dev.sluice.local.ssis.CatalogOptions.Pair;
import dev.sluice.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import tools.jackson.databind.node.ObjectNode;

/// `sluice ssis environments`.
@Command(
        name = "environments",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Environments of the catalog and their variables; without a further word, lists them.",
        footer = {
            "",
            "Examples:",
            "  sluice ssis environments --folder Etl",
            "  sluice ssis environments create Etl/Production",
            "  sluice ssis environments set Etl/Production Rows=1000 --type Int32",
            "  sluice ssis environments set Etl/Production Password --sensitive --value-file password.txt",
            "  sluice ssis environments unset Etl/Production Rows",
            "  sluice ssis environments show Etl/Production",
            "",
            "A sensitive value is sealed to the nodes when it arrives, and never shown again."
        })
final class EnvironmentCommands implements Callable<Integer> {
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
            folders.forEach(f -> found.addAll(r.client().list(r.folder(f) + "/environments")));
            return found;
        });
        catalog.print(
                spec.commandLine().getOut(),
                all,
                new Column("folder", "folderName"),
                new Column("environment", "name"),
                new Column("description", "description"),
                new Column("created by", "createdBy"));
        return 0;
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "An environment's variables.")
    int show(@Mixin CatalogOptions options, @Parameters(paramLabel = "FOLDER/ENVIRONMENT") String environment) {
        JsonNode found = options.remote(r -> r.client().get(r.in(Pair.of(environment, "ENVIRONMENT"), "environments")));
        options.print(
                spec.commandLine().getOut(),
                found.path("variables"),
                new Column("variable", "name"),
                new Column("type", "type"),
                new Column("sensitive", "sensitive"),
                new Column("value", "value"),
                new Column("description", "description"));
        return 0;
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = "Makes an environment.")
    int create(
            @Mixin CatalogOptions options,
            @Parameters(paramLabel = "FOLDER/ENVIRONMENT") String environment,
            @Option(names = "--description", paramLabel = "TEXT", defaultValue = "") String description) {
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client()
                        .put(
                                r.in(Pair.of(environment, "ENVIRONMENT"), "environments"),
                                Json.object().put("description", description))));
        return 0;
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Deletes an environment.")
    int delete(@Mixin CatalogOptions options, @Parameters(paramLabel = "FOLDER/ENVIRONMENT") String environment) {
        options.remote(r -> r.client().call("DELETE", r.in(Pair.of(environment, "ENVIRONMENT"), "environments"), null));
        return 0;
    }

    @Command(name = "set", mixinStandardHelpOptions = true, description = "Gives a variable a value.")
    int set(
            @Mixin CatalogOptions options,
            @Parameters(index = "0", paramLabel = "FOLDER/ENVIRONMENT") String environment,
            @Parameters(index = "1", paramLabel = "NAME[=VALUE]") String assignment,
            @Option(names = "--type", paramLabel = "TYPE", defaultValue = "String", description = "String, Int32 …")
                    String type,
            @Option(names = "--sensitive", description = "The value is a secret.") boolean sensitive,
            @Option(
                            names = "--value-file",
                            paramLabel = "FILE",
                            description = "File that holds the value: secrets do not belong on a command line.")
                    @Nullable
                    Path file,
            @Option(names = "--description", paramLabel = "TEXT", defaultValue = "") String description) {
        Assignment given = file == null
                ? Assignment.of(assignment)
                : new Assignment(assignment.replaceFirst("=$", ""), firstLine(file));
        ObjectNode body = Json.object();
        body.put("type", type);
        body.put("sensitive", sensitive);
        body.put("value", given.value());
        body.put("description", description);
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client().put(variable(r, environment, given.name()), body)));
        return 0;
    }

    @Command(name = "unset", mixinStandardHelpOptions = true, description = "Removes a variable.")
    int unset(
            @Mixin CatalogOptions options,
            @Parameters(index = "0", paramLabel = "FOLDER/ENVIRONMENT") String environment,
            @Parameters(index = "1", paramLabel = "NAME") String name) {
        options.remote(r -> r.client().call("DELETE", variable(r, environment, name), null));
        return 0;
    }

    private static String variable(CatalogOptions.Remote remote, String environment, String name) {
        return remote.in(Pair.of(environment, "ENVIRONMENT"), "environments") + "/variables/"
                + ServiceClient.segment(name);
    }

    static String firstLine(Path file) {
        try {
            return Files.readString(file).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
