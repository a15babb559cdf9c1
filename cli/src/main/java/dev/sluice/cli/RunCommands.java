package dev.sluice.cli;

import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.RunWatch;
import dev.sluice.cli.client.ServiceClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
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

    private static ObjectNode lastDays(int days) {
        Instant now = Instant.now();
        return JSON.createObjectNode()
                .put("lastUpdatedAfter", now.minus(Duration.ofDays(days)).toString())
                .put("lastUpdatedBefore", now.plus(Duration.ofDays(1)).toString());
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
            try (ServiceClient client = service.client()) {
                JsonNode run = client.get(service.factory(factory.required()).run(runId));
                output.print(spec.commandLine().getOut(), run, RUN_COLUMNS);
                return 0;
            }
        }

        @Command(name = "query-by-factory", mixinStandardHelpOptions = true, description = "Lists runs, newest first.")
        int query(
                @Mixin ServiceOptions service,
                @Mixin Output output,
                @Mixin ResourceCommands.FactoryOption factory,
                @Option(names = "--days", defaultValue = "7", description = "How far back to look.") int days) {
            try (ServiceClient client = service.client()) {
                String path = service.factory(factory.required()).root() + "/queryPipelineRuns";
                JsonNode runs = client.post(path, lastDays(days));
                output.print(spec.commandLine().getOut(), runs.path("value"), RUN_COLUMNS);
                return 0;
            }
        }

        @Command(name = "cancel", mixinStandardHelpOptions = true, description = "Cancels a run.")
        int cancel(
                @Mixin ServiceOptions service,
                @Mixin ResourceCommands.FactoryOption factory,
                @Option(names = "--run-id", required = true) String runId) {
            try (ServiceClient client = service.client()) {
                client.post(service.factory(factory.required()).run(runId) + "/cancel", null);
                return 0;
            }
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
            ObjectNode body = lastDays(days);
            body.putArray("orderBy")
                    .addObject()
                    .put("orderBy", "TriggerRunTimestamp")
                    .put("order", "DESC");
            if (trigger != null) {
                body.putArray("filters")
                        .addObject()
                        .put("operand", "TriggerName")
                        .put("operator", "Equals")
                        .putArray("values")
                        .add(trigger);
            }
            try (ServiceClient client = service.client()) {
                String path = service.factory(factory.required()).root() + "/queryTriggerRuns";
                output.print(
                        spec.commandLine().getOut(), client.post(path, body).path("value"), COLUMNS);
                return 0;
            }
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
            try (ServiceClient client = service.client()) {
                String path = service.factory(factory.required()).one("triggers", trigger);
                client.post(path + "/triggerRuns/" + ServiceClient.segment(runId) + "/" + action, null);
                return 0;
            }
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
            try (ServiceClient client = service.client()) {
                String path = service.factory(factory.required()).run(runId) + "/queryActivityruns";
                JsonNode runs = client.post(path, lastDays(45));
                output.print(spec.commandLine().getOut(), runs.path("value"), ACTIVITY_COLUMNS);
                return 0;
            }
        }
    }
}
