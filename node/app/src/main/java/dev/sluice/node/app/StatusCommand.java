package dev.sluice.node.app;

import dev.sluice.node.agent.AgentStatus;
import dev.sluice.node.tools.NodeReport;
import dev.sluice.wire.Wire;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Says what this node is doing, from its data folder: needs neither the service nor a running host.",
            "States: Stopped, Starting, Online, Limited (no worker starts), Draining (takes no new jobs), Offline (the service does not answer),"
                    + " Refused (the service does not want this node), Stopping."
        })
final class StatusCommand implements Callable<Integer> {
    enum Form {
        TABLE,
        JSON
    }

    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "table",
            description = "table or json (default: ${DEFAULT-VALUE}).")
    private Form form = Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        NodeReport report = NodeReport.of(data.folder());
        PrintWriter out = spec.commandLine().getOut();
        switch (form) {
            case JSON -> out.println(new String(Wire.encode(report), StandardCharsets.UTF_8));
            case TABLE -> table(report, out);
        }
        return 0;
    }

    private static void table(NodeReport report, PrintWriter out) {
        line(out, "State", report.state());
        line(out, "Node", report.nodeName());
        line(
                out,
                "Runtime",
                report.factoryName().isEmpty()
                        ? report.runtimeName()
                        : report.runtimeName() + " of factory " + report.factoryName());
        line(out, "Service", report.service());
        line(out, "Data folder", report.folder());
        line(out, "Registered", report.registeredAt().toString());
        if (report.pid() != 0) {
            @Nullable Instant contact = report.lastContact();
            line(out, "Process", Long.toString(report.pid()));
            line(out, "Last contact", contact == null ? "never" : contact.toString());
            line(out, "Jobs", report.jobs().size() + " of " + report.concurrentJobsLimit());
            line(out, "Reports to send", Integer.toString(report.pendingReports()));
        }
        if (!report.problem().isEmpty()) {
            line(out, "Problem", report.problem());
        }
        for (AgentStatus.Job job : report.jobs()) {
            line(
                    out,
                    "  " + job.kind(),
                    job.activityName() + ": " + job.progress().phase() + ", "
                            + job.progress().rowsRead() + " rows read, "
                            + job.progress().rowsWritten() + " written, process " + job.workerPid());
        }
    }

    private static void line(PrintWriter out, String label, String value) {
        out.printf("%-16s %s%n", label, value);
    }
}
