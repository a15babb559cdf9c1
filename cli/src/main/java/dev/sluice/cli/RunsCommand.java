package dev.sluice.cli;

import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.RunTree;
import dev.sluice.cli.client.RunWatch;
import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceOptions;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `sluice runs`: what people do with runs all day.
@Command(
        name = "runs",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Lists, explains, watches, cancels and reruns runs of pipelines.",
        footer = {
            "",
            "Examples:",
            "  sluice runs list -f my-factory --status Failed --days 2",
            "  sluice runs show -f my-factory RUN_ID            where the time went, and what failed",
            "  sluice runs watch -f my-factory RUN_ID           a live tree; exit code 0 only if it succeeds",
            "  sluice runs rerun -f my-factory RUN_ID           from the activities that failed",
            "",
            "Exit codes: 0 done (watch: the run succeeded), 1 failed, 2 wrong usage."
        })
final class RunsCommand implements Runnable {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// The run that is meant.
    static final class RunOption {
        @Parameters(paramLabel = "RUN_ID", description = "The run, as 'runs list' shows it.")
        private String id = "";
    }

    /// As [Output], but a table unless asked otherwise.
    static final class TableFirst {
        @Option(
                names = {"-o", "--output"},
                defaultValue = "table",
                description = "table (default) or json.")
        private Output.Form form = Output.Form.TABLE;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists runs, newest first.")
    int list(
            @Mixin ServiceOptions service,
            @Mixin TableFirst output,
            @Mixin ResourceCommands.FactoryOption factory,
            @Option(names = "--days", defaultValue = "7", description = "How far back to look (7).") int days,
            @Option(names = "--pipeline", paramLabel = "NAME", description = "Only runs of this pipeline.") @Nullable
                    String pipeline,
            @Option(names = "--status", paramLabel = "STATUS", description = "Only runs of this status.") @Nullable
                    String status) {
        return Asking.of(service, factory)
                .show(
                        spec.commandLine().getOut(),
                        output.form,
                        RunCommands.RUN_COLUMNS,
                        (client, paths) -> RunQuery.ofLastDays(days)
                                .where("PipelineName", pipeline)
                                .where("Status", status)
                                .newestFirst("RunStart")
                                .ask(client, paths.root() + "/queryPipelineRuns"));
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a run and its activities, and where their time went: parts that add up.")
    int show(
            @Mixin ServiceOptions service,
            @Mixin TableFirst output,
            @Mixin ResourceCommands.FactoryOption factory,
            @Mixin RunOption run) {
        try (ServiceClient client = service.client()) {
            String path = service.factory(factory.required()).run(run.id);
            JsonNode record = client.get(path);
            List<JsonNode> activities = List.copyOf(RunQuery.ofLastDays(45)
                    .ask(client, path + "/queryActivityruns")
                    .values());
            PrintWriter out = spec.commandLine().getOut();
            if (output.form == Output.Form.JSON) {
                ObjectNode json = ((ObjectNode) record).deepCopy();
                ArrayNode list = json.putArray("activityRuns");
                activities.forEach(a -> ((ObjectNode) list.add(a).get(list.size() - 1))
                        .set("time", RunTime.of(a).toJson()));
                out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json));
            } else {
                RunTime.print(out, record, activities);
                new RunWatch(client, service.factory(factory.required()), run.id, Duration.ZERO)
                        .activities().stream()
                                .filter(a -> !a.isOver() && !a.forecast().isEmpty())
                                .forEach(a -> out.println(a.name() + ": " + a.forecast()));
            }
            out.flush();
            return 0;
        }
    }

    @Command(name = "cancel", mixinStandardHelpOptions = true, description = "Cancels a run.")
    int cancel(
            @Mixin ServiceOptions service,
            @Mixin ResourceCommands.FactoryOption factory,
            @Mixin RunOption run,
            @Option(names = "--recursive", description = "Cancel the runs it called, too.") boolean recursive) {
        return Asking.of(service, factory)
                .tell((client, paths) -> RunCommands.cancel(client, paths, run.id, recursive));
    }

    @Command(
            name = "rerun",
            mixinStandardHelpOptions = true,
            description = "Runs a run again with its arguments: from what failed, from an activity, or from the start.")
    int rerun(
            @Mixin ServiceOptions service,
            @Mixin TableFirst output,
            @Mixin ResourceCommands.FactoryOption factory,
            @Mixin RunOption run,
            @Option(names = "--from", paramLabel = "ACTIVITY", description = "The activity to begin with.") @Nullable
                    String from,
            @Option(names = "--from-start", description = "Begin with the first activity.") boolean fromStart) {
        if (from != null && fromStart) {
            throw new IllegalArgumentException("--from and --from-start exclude each other");
        }
        try (ServiceClient client = service.client()) {
            FactoryPaths paths = service.factory(factory.required());
            JsonNode before = client.get(paths.run(run.id));
            String query = "/createRun?referencePipelineRunId=" + ServiceClient.segment(run.id) + "&isRecovery=true"
                    + (from != null
                            ? "&startActivityName=" + ServiceClient.segment(from)
                            : fromStart ? "" : "&startFromFailure=true");
            String pipeline = before.path("pipelineName").asString("");
            JsonNode made = client.post(paths.one("pipelines", pipeline) + query, JSON.createObjectNode());
            String id = made.path("runId").asString("");
            JsonNode after = client.get(paths.run(id));
            if (!group(after).equals(group(before))) {
                RunCommands.cancel(client, paths, id, false);
                throw new IllegalStateException("the service made a run of its own instead of a rerun; run " + id
                        + " was cancelled. Update the service.");
            }
            Output.print(output.form, spec.commandLine().getOut(), after, RunCommands.RUN_COLUMNS);
            if (from == null && !fromStart && before.path("status").asString("").equals("Succeeded")) {
                spec.commandLine()
                        .getErr()
                        .println(
                                "note: nothing of this run had failed, so nothing is run again; --from-start runs all of"
                                        + " it, --from ACTIVITY what follows from there");
            }
            return 0;
        }
    }

    private static String group(JsonNode run) {
        return run.path("runGroupId").asString("");
    }

    @Command(
            name = "watch",
            mixinStandardHelpOptions = true,
            description = "Follows a run to its end: a live tree on a terminal, a line for every change elsewhere.")
    int watch(
            @Mixin ServiceOptions service,
            @Mixin ResourceCommands.FactoryOption factory,
            @Mixin RunOption run,
            @Option(names = "--plain", description = "Lines instead of a tree, also on a terminal.") boolean plain) {
        PrintWriter out = spec.commandLine().getOut();
        try (ServiceClient client = service.client()) {
            FactoryPaths paths = service.factory(factory.required());
            RunWatch watch = new RunWatch(client, paths, run.id, Duration.ofMillis(500));
            Console console = System.console();
            boolean terminal = console != null && console.isTerminal() && !plain;
            JsonNode end = terminal
                    ? watch.untilEnd(new RunTree(out)::draw, line -> {})
                    : watch.untilEnd(activities -> {}, line -> {
                        out.println(line);
                        out.flush();
                    });
            String message = end.path("message").asString("");
            out.println(end.path("pipelineName").asString("") + ": "
                    + end.path("status").asString("") + (message.isEmpty() ? "" : ": " + message));
            out.flush();
            return end.path("status").asString("").equals("Succeeded") ? 0 : SluiceMain.FAILED;
        }
    }
}
