package dev.sluice.cli;

import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `sluice logs`: what nodes logged, collected by the service.
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Collects the logs of nodes in reports, without secrets; shows, searches and downloads reports.",
        footer = {
            "",
            "Examples:",
            "  sluice logs send -f my-factory --activity-run ID            what the nodes say of one activity run",
            "  sluice logs send -f my-factory --all -n plant-a             the whole logs of a runtime's nodes",
            "  sluice logs list -f my-factory --search ConnectionRefused",
            "  sluice logs show REPORT                                     nodes, missing ones, known issues",
            "  sluice logs download REPORT --to logs.txt",
            "",
            "Exit codes: 0 done, 1 failed (send: also when the log of a node is missing), 2 wrong usage."
        })
final class LogsCommand implements Runnable {
    private static final String REPORTS = "/api/v1/logReports";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final List<Table.Column> COLUMNS = List.of(
            Table.Column.whole("Report", "/reportId"),
            new Table.Column("Status", "/status"),
            new Table.Column("Created", "/created"),
            new Table.Column("Factory", "/factoryName"),
            new Table.Column("Runtime", "/integrationRuntimeName"),
            new Table.Column("Activity", "/activityName"),
            new Table.Column("Asked by", "/requestedBy"));

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// The report that is meant.
    static final class ReportOption {
        @Parameters(paramLabel = "REPORT", description = "The report's ID, as 'logs send' and 'logs list' show it.")
        private String id = "";

        String path() {
            return REPORTS + "/" + ServiceClient.segment(id);
        }
    }

    /// Table unless asked otherwise.
    static final class TableFirst {
        @Option(
                names = {"-o", "--output"},
                defaultValue = "table",
                description = "table (default) or json.")
        private Output.Form form = Output.Form.TABLE;
    }

    @Command(
            name = "send",
            mixinStandardHelpOptions = true,
            description = "Has every node that is online send its log to the service, and prints the report's ID.")
    int send(
            @Mixin ServiceOptions service,
            @Mixin TableFirst output,
            @Mixin ResourceCommands.FactoryOption factory,
            @Option(
                            names = "--activity-run",
                            paramLabel = "ID",
                            description = "Only what is about this activity run ('runs show -o json' has the IDs).")
                    @Nullable
                    String activityRun,
            @Option(names = "--all", description = "The whole logs of a runtime's nodes.") boolean all,
            @Option(
                            names = {"-n", "--integration-runtime", "--integration-runtime-name"},
                            paramLabel = "NAME",
                            description = "With --all: whose nodes.")
                    @Nullable
                    String runtime,
            @Option(names = "--no-wait", description = "Do not wait until the nodes have sent.") boolean noWait)
            throws InterruptedException {
        ObjectNode wish = JSON.createObjectNode().put("factoryName", factory.required());
        if (activityRun != null && !all && runtime == null) {
            wish.put("activityRunId", activityRun);
        } else if (activityRun == null && all && runtime != null) {
            wish.put("integrationRuntimeName", runtime);
        } else {
            throw new IllegalArgumentException("say either --activity-run ID, or --all --integration-runtime NAME");
        }
        try (ServiceClient client = service.client()) {
            JsonNode report = client.post(REPORTS, wish);
            String path = REPORTS + "/" + report.path("reportId").asString("");
            while (!noWait && report.path("status").asString("").equals("Collecting")) {
                Thread.sleep(LOOK);
                report = client.get(path);
            }
            print(report, output.form);
            return noWait || report.path("status").asString("").equals("Complete") ? 0 : SluiceMain.FAILED;
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists reports, newest first.")
    int list(
            @Mixin ServiceOptions service,
            @Mixin TableFirst output,
            @Option(
                            names = {"-f", "--factory-name"},
                            paramLabel = "NAME",
                            description = "Only reports of this factory.")
                    @Nullable
                    String factory,
            @Option(names = "--activity-run", paramLabel = "ID", description = "Only reports on this activity run.")
                    @Nullable
                    String activityRun,
            @Option(
                            names = "--search",
                            paramLabel = "TEXT",
                            description = "Only reports with this text in their messages, codes, names or ID.")
                    @Nullable
                    String search) {
        List<String> query = new ArrayList<>();
        ask(query, "factoryName", factory);
        ask(query, "activityRunId", activityRun);
        ask(query, "search", search);
        try (ServiceClient client = service.client()) {
            String path = REPORTS + (query.isEmpty() ? "" : "?" + String.join("&", query));
            Output.print(
                    output.form,
                    spec.commandLine().getOut(),
                    JsonNodeFactory.instance.arrayNode().addAll(client.list(path)),
                    COLUMNS);
            return 0;
        }
    }

    private static void ask(List<String> query, String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + ServiceClient.segment(value));
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Shows a report: its nodes, those whose logs are missing, and the known issues found.")
    int show(@Mixin ServiceOptions service, @Mixin TableFirst output, @Mixin ReportOption report) {
        try (ServiceClient client = service.client()) {
            print(client.get(report.path()), output.form);
            return 0;
        }
    }

    private void print(JsonNode report, Output.Form form) {
        PrintWriter out = spec.commandLine().getOut();
        if (form == Output.Form.JSON) {
            Output.print(form, out, report, COLUMNS);
            return;
        }
        String activity = report.path("activityName").asString("");
        out.println("report " + report.path("reportId").asString("") + ": "
                + report.path("status").asString("") + ", "
                + report.path("integrationRuntimeName").asString("")
                + (activity.isEmpty() ? "" : ", activity '" + activity + "'"));
        report.path("nodes")
                .forEach(node -> out.println("  node " + node.path("nodeName").asString("") + ": "
                        + node.path("status").asString("") + ", "
                        + node.path("entries").asString("") + " messages"
                        + (node.path("leftOut").asLong(0) > 0
                                ? ", " + node.path("leftOut").asString("") + " older ones left out"
                                : "")
                        + (node.has("reason") ? ". " + node.path("reason").asString("") : "")));
        report.path("knownIssues").forEach(issue -> print(issue, out));
        out.flush();
    }

    private static void print(JsonNode issue, PrintWriter out) {
        List<String> nodes = new ArrayList<>();
        issue.path("nodes").forEach(n -> nodes.add(n.asString("")));
        out.println("  known issue " + issue.path("code").asString("") + ", "
                + issue.path("occurrences").asString("") + " times on " + String.join(", ", nodes));
        String example = issue.path("example").asString("");
        out.println("    " + example.lines().findFirst().orElse(""));
        issue.path("resolution").forEach(step -> out.println("    → " + step.asString("")));
    }

    @Command(
            name = "download",
            mixinStandardHelpOptions = true,
            description = "Writes the messages of a report, node by node, as lines of text or JSON.")
    int download(
            @Mixin ServiceOptions service,
            @Mixin ReportOption report,
            @Option(names = "--node", paramLabel = "NAME", description = "Only of this node.") @Nullable String node,
            @Option(names = "--to", paramLabel = "FILE", description = "The file (default: standard output).") @Nullable
                    Path to,
            @Option(names = "--format", defaultValue = "text", description = "text (default) or json.") LineForm format)
            throws IOException {
        try (ServiceClient client = service.client()) {
            JsonNode shown = client.get(report.path());
            if (node != null) {
                requireNode(shown, node);
            }
            if (to == null) {
                write(client, report, shown, node, format, spec.commandLine().getOut());
                spec.commandLine().getOut().flush();
            } else {
                try (Writer file = Files.newBufferedWriter(to)) {
                    write(client, report, shown, node, format, file);
                }
            }
            return 0;
        }
    }

    private static void requireNode(JsonNode report, String node) {
        List<String> names = new ArrayList<>();
        report.path("nodes").forEach(n -> names.add(n.path("nodeName").asString("")));
        if (names.stream().noneMatch(node::equalsIgnoreCase)) {
            throw new IllegalArgumentException("the report has no node '" + node + "'; its nodes are "
                    + (names.isEmpty() ? "none" : String.join(", ", names)));
        }
    }

    enum LineForm {
        TEXT,
        JSON
    }

    private static void write(
            ServiceClient client,
            ReportOption report,
            JsonNode shown,
            @Nullable String only,
            LineForm format,
            Writer out)
            throws IOException {
        for (JsonNode node : shown.path("nodes")) {
            String name = node.path("nodeName").asString("");
            if (only != null && !only.equalsIgnoreCase(name)) {
                continue;
            }
            for (JsonNode page : node.path("pages")) {
                String entries = client.get(
                                report.path() + "/nodes/" + ServiceClient.segment(name) + "/pages/" + page.asString(""))
                        .path("entries")
                        .asString("");
                for (String line : entries.lines().toList()) {
                    out.write(format == LineForm.JSON ? withNode(line, name) : text(line, name));
                    out.write(System.lineSeparator());
                }
            }
        }
    }

    private static String withNode(String line, String node) {
        ObjectNode entry = JSON.createObjectNode().put("node", node);
        entry.setAll((ObjectNode) JSON.readTree(line));
        return JSON.writeValueAsString(entry);
    }

    private static String text(String line, String node) {
        JsonNode entry = JSON.readTree(line);
        StringWriter text = new StringWriter();
        text.append(entry.path("time").asString("")).append(' ').append(node);
        for (String member : List.of("level", "logger")) {
            text.append(' ').append(entry.path(member).asString(""));
        }
        String job = entry.path("job").asString("");
        text.append(": ").append(job.isEmpty() ? "" : "{" + job + "} ");
        return text.append(entry.path("message").asString("")).toString();
    }

    @Command(name = "delete", mixinStandardHelpOptions = true, description = "Removes a report.")
    int delete(@Mixin ServiceOptions service, @Mixin ReportOption report) {
        try (ServiceClient client = service.client()) {
            client.call("DELETE", report.path(), null);
            return 0;
        }
    }
}
