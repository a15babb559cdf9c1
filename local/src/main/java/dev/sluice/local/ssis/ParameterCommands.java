package dev.sluice.local.ssis;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.local.ssis.CatalogOptions.Assignment;
import dev.sluice.local.ssis.CatalogOptions.Column;
import dev.sluice.local.ssis.CatalogOptions.Pair;
import dev.sluice.model.Json;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// `sluice ssis parameters`.
@Command(
        name = "parameters",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "What the server says of a project's parameters: list, set, refer, clear.",
        footer = {
            "",
            "Examples:",
            "  sluice ssis parameters list Etl/Sales",
            "  sluice ssis parameters set Etl/Sales Rows=100",
            "  sluice ssis parameters set Etl/Sales Day=2026-01-31 --package Load.dtsx",
            "  sluice ssis parameters set Etl/Sales CM.Warehouse.ConnectionString --value-file login.txt",
            "  sluice ssis parameters refer Etl/Sales Password=WarehousePassword   the variable of the environment",
            "  sluice ssis parameters clear Etl/Sales Rows",
            "",
            "What counts: the value given for an execution, else the environment's, else the server's, else the"
                    + " design's."
        })
final class ParameterCommands implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getOut());
        return 2;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "The parameters of a project and its packages.")
    int list(
            @Mixin CatalogOptions options,
            @Parameters(paramLabel = "FOLDER/PROJECT") String project,
            @Option(names = "--package", paramLabel = "NAME", description = "Only of this package and the project.")
                    @Nullable
                    String packageName) {
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client()
                        .get(r.in(Pair.of(project, "PROJECT"), "projects") + "/parameters" + query(packageName))
                        .path("value")),
                new Column("package", "packageName"),
                new Column("parameter", "name"),
                new Column("type", "dataType"),
                new Column("required", "required"),
                new Column("sensitive", "sensitive"),
                new Column("design", "designDefaultValue"),
                new Column("server", "defaultValue"),
                new Column("variable", "referencedVariableName"));
        return 0;
    }

    @Command(name = "set", mixinStandardHelpOptions = true, description = "Gives a parameter a value on the server.")
    int set(
            @Mixin CatalogOptions options,
            @Parameters(index = "0", paramLabel = "FOLDER/PROJECT") String project,
            @Parameters(index = "1", paramLabel = "NAME[=VALUE]") String assignment,
            @Option(names = "--package", paramLabel = "NAME") @Nullable String packageName,
            @Option(
                            names = "--value-file",
                            paramLabel = "FILE",
                            description = "File that holds the value: secrets do not belong on a command line.")
                    @Nullable
                    Path file) {
        Assignment given = file == null
                ? Assignment.of(assignment)
                : new Assignment(assignment.replaceFirst("=$", ""), EnvironmentCommands.firstLine(file));
        put(
                options,
                project,
                packageName,
                given.name(),
                Json.object().put("valueType", "V").put("value", given.value()));
        return 0;
    }

    @Command(
            name = "refer",
            mixinStandardHelpOptions = true,
            description = "Lets a parameter take the value of a variable of whatever environment an execution names.")
    int refer(
            @Mixin CatalogOptions options,
            @Parameters(index = "0", paramLabel = "FOLDER/PROJECT") String project,
            @Parameters(index = "1", paramLabel = "NAME=VARIABLE") String assignment,
            @Option(names = "--package", paramLabel = "NAME") @Nullable String packageName) {
        Assignment given = Assignment.of(assignment);
        put(
                options,
                project,
                packageName,
                given.name(),
                Json.object().put("valueType", "R").put("variable", given.value()));
        return 0;
    }

    @Command(name = "clear", mixinStandardHelpOptions = true, description = "Lets the design's value count again.")
    int clear(
            @Mixin CatalogOptions options,
            @Parameters(index = "0", paramLabel = "FOLDER/PROJECT") String project,
            @Parameters(index = "1", paramLabel = "NAME") String name,
            @Option(names = "--package", paramLabel = "NAME") @Nullable String packageName) {
        options.remote(r -> r.client().call("DELETE", path(r, project, packageName, name), null));
        return 0;
    }

    private void put(
            CatalogOptions options, String project, @Nullable String packageName, String name, ObjectNode body) {
        options.print(
                spec.commandLine().getOut(),
                options.remote(r -> r.client().put(path(r, project, packageName, name), body)));
    }

    private static String path(
            CatalogOptions.Remote remote, String project, @Nullable String packageName, String name) {
        return remote.in(Pair.of(project, "PROJECT"), "projects") + "/parameters/" + ServiceClient.segment(name)
                + query(packageName);
    }

    private static String query(@Nullable String packageName) {
        return packageName == null ? "" : "?package=" + ServiceClient.segment(packageName);
    }
}
