package dev.sluice.cli;

import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// The first words of the command line. Reading the annotations of all commands costs more than a start may: only the
/// command that is called is built whole, of the others there is a name and a description for the help.
enum Commands {
    UP("up", "Starts a service and one node for development.", () -> new CommandLine(new UpCommand())),
    DEMO(
            "demo",
            "Moves real data through service, node and copy engine, and verifies it.",
            () -> new CommandLine(new RoutedCommand.Demo())),
    RUN(
            "run",
            "Runs a pipeline of a Git-style folder in one process, offline.",
            () -> new CommandLine(new RoutedCommand.Run())),
    VALIDATE(
            "validate",
            "Checks a Git folder, an ARM template or a document, offline.",
            () -> new CommandLine(new RoutedCommand.Validate())),
    TEST(
            "test",
            "Runs the unit tests of a factory's pipelines, offline.",
            () -> new CommandLine(new RoutedCommand.Test())),
    DEPLOY(
            "deploy",
            "Brings a Git folder or an ARM template into a service's factory.",
            () -> new CommandLine(new RoutedCommand.Deploy())),
    EXPORT(
            "export",
            "Writes a factory as a Git folder or an ARM template.",
            () -> new CommandLine(new RoutedCommand.Export())),
    COPY(
            "copy",
            "Copies files or tables without a pipeline, offline.",
            () -> new CommandLine(new RoutedCommand.Copy())),
    VERIFY(
            "verify",
            "Compares what a copy wrote with the manifest that it kept, offline.",
            () -> new CommandLine(new RoutedCommand.Verify())),
    PREVIEW(
            "preview",
            "Shows the first rows of a file, a table or a dataset, offline.",
            () -> new CommandLine(new RoutedCommand.Preview())),
    TEST_CONNECTION(
            "test-connection",
            "Finds out whether a folder's linked service leads to its store, offline.",
            () -> new CommandLine(new RoutedCommand.TestConnection())),
    SCHEMA(
            "schema",
            "Shows the columns of a file, a table or a dataset, offline.",
            () -> new CommandLine(new RoutedCommand.Schema())),
    DRIVER(
            "driver",
            "JDBC drivers that are not shipped: add, list, remove.",
            () -> new CommandLine(new RoutedCommand.Driver())),
    RUNS("runs", "Runs day by day: list, show, watch, cancel, rerun.", () -> new CommandLine(new RunsCommand())),
    LOGS(
            "logs",
            "Logs of nodes: send, list, show, download, with known issues.",
            () -> new CommandLine(new LogsCommand())),
    EXPRESSION(
            "expression",
            "Evaluates and checks expressions: eval, check.",
            () -> new CommandLine(new RoutedCommand.Expression())),
    SSIS(
            "ssis",
            "SSIS packages: run, assess; a catalog of them: deploy, execute.",
            () -> new CommandLine(new RoutedCommand.Ssis())),
    SERVICE("service", "The service (control plane): start.", () -> new CommandLine(new RoutedCommand.Service())),
    NODE(
            "node",
            "A self-hosted node: register, start, status, logs, unregister.",
            () -> new CommandLine(new RoutedCommand.Node())),
    DIAGNOSE(
            "diagnose",
            "Finds out what is wrong in the network: trace.",
            () -> new CommandLine(new RoutedCommand.Diagnose())),
    CERTIFICATE(
            "certificate",
            "Looks at certificates, of servers and in files: verify.",
            () -> new CommandLine(new RoutedCommand.Certificate())),
    FACTORY("factory", "Factories: list, show, create, delete.", ResourceCommands.Type.FACTORY),
    INTEGRATION_RUNTIME(
            "integration-runtime",
            "Integration runtimes, their keys and their state.",
            ResourceCommands.Type.INTEGRATION_RUNTIME),
    LINKED_SERVICE(
            "linked-service",
            "Linked services: list, show, create, delete, test.",
            ResourceCommands.Type.LINKED_SERVICE),
    DATASET("dataset", "Datasets: list, show, create, delete.", ResourceCommands.Type.DATASET),
    PIPELINE("pipeline", "Pipelines; create-run starts one.", ResourceCommands.Type.PIPELINE),
    TRIGGER("trigger", "Triggers: list, show, create, delete, start, stop.", ResourceCommands.Type.TRIGGER),
    DATA_FLOW("data-flow", "Data flows: list, show, create, delete.", ResourceCommands.Type.DATA_FLOW),
    CREDENTIAL("credential", "Credentials: list, show, create, delete.", ResourceCommands.Type.CREDENTIAL),
    PIPELINE_RUN(
            "pipeline-run",
            "Runs of pipelines: show, query-by-factory, cancel.",
            () -> new CommandLine(new RunCommands.PipelineRun())),
    TRIGGER_RUN(
            "trigger-run",
            "Runs of triggers: query-by-factory, rerun, cancel.",
            () -> new CommandLine(new RunCommands.TriggerRun())),
    ACTIVITY_RUN(
            "activity-run",
            "Runs of activities: query-by-pipeline-run.",
            () -> new CommandLine(new RunCommands.ActivityRun())),
    SERVICE_PRINCIPAL(
            "service-principal",
            "Programs that sign in: create, list, reset-secret, delete.",
            () -> new CommandLine(new AccessCommands.ServicePrincipal())),
    ROLE_ASSIGNMENT(
            "role-assignment",
            "Who may do what where: create, list, delete.",
            () -> new CommandLine(new AccessCommands.RoleAssignment())),
    TRAIN("train", "", () -> new CommandLine(new TrainCommand()));

    private final String word;
    private final String description;
    private final Supplier<CommandLine> whole;

    Commands(String word, String description, Supplier<CommandLine> whole) {
        this.word = word;
        this.description = description;
        this.whole = whole;
    }

    Commands(String word, String description, ResourceCommands.Type type) {
        this(word, description, () -> ResourceCommands.commandLine(type));
    }

    String word() {
        return word;
    }

    CommandLine whole() {
        CommandLine line = whole.get();
        line.getCommandSpec().name(word);
        return line;
    }

    /// Enough for the list in the help.
    CommandLine listed() {
        CommandSpec spec = CommandSpec.create().name(word);
        spec.usageMessage().description(description).hidden(description.isEmpty());
        return new CommandLine(spec);
    }
}
