package dev.sluice.cli;

import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.RunWatch;
import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceOptions;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.StringNode;

/// `pipeline-run`, `trigger-run` and `activity-run`: show, query, rerun, cancel.
final class RunCommands {
    static final List<Table.Column> RUN_COLUMNS = List.of(
            new Table.Column("RunId", "/runId"),
            new Table.Column("Pipeline", "/pipelineName"),
            new Table.Column("Status", "/status"),
            new Table.Column("Start", "/runStart"),
            new Table.Column("Milliseconds", "/durationInMs"),
            new Table.Column("Message", "/message"));
    private static final List<Table.Column> ACTIVITY_COLUMNS = List.of(
            new Table.Column("Activity", "/activityName"),
            new Table.Column("Type", "/activityType"),
            new Table.Column("Status", "/status"),
            new Table.Column("Rows", "/output/rowsCopied"),
            new Table.Column("Milliseconds", "/durationInMs"),
            new Table.Column("Error", "/error/message"));
    private static final JsonMapper JSON = JsonMapper.shared();

    private RunCommands() {}

    /// A parameter's value as typed on a command line: JSON where it is valid JSON, else a text.
    static JsonNode value(String typed) {
        try {
            return JSON.readTree(typed);
        } catch (JacksonException e) {
            return StringNode.valueOf(typed);
        }
    }

    static JsonNode await(ServiceClient client, FactoryPaths paths, String runId, PrintWriter err) {
        return new RunWatch(client, paths, runId, Duration.ofMillis(500)).untilEnd(line -> {
            err.println(line);
            err.flush();
        });
    }

    static void cancel(ServiceClient client, FactoryPaths paths, String runId, boolean recursive) {
        client.post(paths.run(runId) + (recursive ? "/cancel?isRecursive=true" : "/cancel"), null);
    }

    @Command(name = "pipeline-run", mixinStandardHelpOptions = true, description = "Shows, queries and cancels runs.")
    static final class PipelineRun implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().usage(spec.commandLine().getOut());
        }

        @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows one run.")
        int show(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin ResourceCommands.FactoryOption factory,
                @Option(names = "--run-id", required = true) String runId) {
            return Asking.of(service, factory)
                    .show(
                            spec.commandLine().getOut(),
                            output.form(),
                            RUN_COLUMNS,
                            (client, paths) -> client.get(paths.run(runId)));
        }

        @Command(name = "query-by-factory", mixinStandardHelpOptions = true, description = "Lists runs, newest first.")
        int query(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin ResourceCommands.FactoryOption factory,
                @Option(names = "--days", defaultValue = "7", description = "How far back to look.") int days) {
            return Asking.of(service, factory)
                    .show(
                            spec.commandLine().getOut(),
                            output.form(),
                            RUN_COLUMNS,
                            (client, paths) -> RunQuery.ofLastDays(days)
                                    .newestFirst("RunStart")
                                    .ask(client, paths.root() + "/queryPipelineRuns"));
        }

        @Command(name = "cancel", mixinStandardHelpOptions = true, description = "Cancels a run.")
        int cancel(
                @Mixin ServiceOptions service,
                @Mixin ResourceCommands.FactoryOption factory,
                @Option(names = "--run-id", required = true) String runId) {
            return Asking.of(service, factory).tell((client, paths) -> RunCommands.cancel(client, paths, runId, false));
        }
    }

    @Command(name = "trigger-run", mixinStandardHelpOptions = true, description = "Queries, reruns and cancels runs.")
    static final class TriggerRun implements Runnable {
        private static final List<Table.Column> COLUMNS = List.of(
                new Table.Column("Trigger", "/triggerName"),
                new Table.Column("Fired", "/triggerRunTimestamp"),
                new Table.Column("Status", "/status"),
                new Table.Column("Window", "/properties/windowStartTime"),
                new Table.Column("TriggerRunId", "/triggerRunId"),
                new Table.Column("Message", "/message"));

        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().usage(spec.commandLine().getOut());
        }

        @Command(
                name = "query-by-factory",
                mixinStandardHelpOptions = true,
                description = "Lists trigger runs, newest first.")
        int query(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin ResourceCommands.FactoryOption factory,
                @Option(names = "--trigger-name", paramLabel = "NAME", description = "Only runs of this trigger.")
                        @org.jspecify.annotations.Nullable
                        String trigger,
                @Option(names = "--days", defaultValue = "7", description = "How far back to look.") int days) {
            return Asking.of(service, factory)
                    .show(
                            spec.commandLine().getOut(),
                            output.form(),
                            COLUMNS,
                            (client, paths) -> RunQuery.ofLastDays(days)
                                    .where("TriggerName", trigger)
                                    .newestFirst("TriggerRunTimestamp")
                                    .ask(client, paths.root() + "/queryTriggerRuns"));
        }

        @Command(
                name = "rerun",
                mixinStandardHelpOptions = true,
                description = "Runs a window, or what else a trigger fired for, again.")
        int rerun(
                @Mixin ServiceOptions service,
                @Mixin ResourceCommands.FactoryOption factory,
                @Option(names = "--trigger-name", required = true) String trigger,
                @Option(names = "--run-id", required = true) String runId) {
            return act(service, factory, trigger, runId, "rerun");
        }

        @Command(name = "cancel", mixinStandardHelpOptions = true, description = "Cancels a window that has not ended.")
        int cancel(
                @Mixin ServiceOptions service,
                @Mixin ResourceCommands.FactoryOption factory,
                @Option(names = "--trigger-name", required = true) String trigger,
                @Option(names = "--run-id", required = true) String runId) {
            return act(service, factory, trigger, runId, "cancel");
        }

        private static int act(
                ServiceOptions service,
                ResourceCommands.FactoryOption factory,
                String trigger,
                String runId,
                String action) {
            return Asking.of(service, factory)
                    .tell((client, paths) -> client.post(
                            paths.one("triggers", trigger) + "/triggerRuns/" + ServiceClient.segment(runId) + "/"
                                    + action,
                            null));
        }
    }

    @Command(name = "activity-run", mixinStandardHelpOptions = true, description = "Lists the activities of a run.")
    static final class ActivityRun implements Runnable {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private CommandSpec spec;

        @Override
        public void run() {
            spec.commandLine().usage(spec.commandLine().getOut());
        }

        @Command(
                name = "query-by-pipeline-run",
                mixinStandardHelpOptions = true,
                description = "Lists the activity runs of a pipeline run.")
        int query(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin ResourceCommands.FactoryOption factory,
                @Option(names = "--run-id", required = true) String runId) {
            return Asking.of(service, factory)
                    .show(
                            spec.commandLine().getOut(),
                            output.form(),
                            ACTIVITY_COLUMNS,
                            (client, paths) ->
                                    RunQuery.ofLastDays(45).ask(client, paths.run(runId) + "/queryActivityruns"));
        }
    }
}
