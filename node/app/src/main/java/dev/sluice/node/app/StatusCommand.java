package dev.sluice.node.app;

import dev.sluice.node.agent.AgentStatus;
import dev.sluice.node.tools.NodeReport;
import dev.sluice.wire.NodeFacts;
import dev.sluice.wire.Wire;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
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
            "States: Stopped, Starting, Online, Limited (no worker starts), Draining (takes no new jobs), Offline (the"
                    + " service does not answer), Refused (the service does not want this node), Stopping."
        })
final class StatusCommand implements Callable<Integer> {
    private static final Set<String> OUT_OF_TOUCH = Set.of("Stopped", "Starting", "Offline");

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

    @Option(
            names = "--watch",
            description =
                    "Go on and show it again whenever something has changed, until Ctrl-C. As JSON: a line each time.")
    private boolean watch;

    @Option(
            names = "--every",
            paramLabel = "S",
            defaultValue = "1",
            description =
                    "With --watch: seconds between looks (default: ${DEFAULT-VALUE}). A node measures itself every 5"
                            + " s.")
    private int everySeconds = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        String shown = shown(NodeReport.of(data.folder()));
        out.print(shown);
        out.flush();
        // A reader that went away is the end of it.
        while (watch && !out.checkError()) {
            TimeUnit.SECONDS.sleep(Math.max(1, everySeconds));
            String now = shown(NodeReport.of(data.folder()));
            if (!now.equals(shown)) {
                shown = now;
                out.print(form == Form.TABLE ? System.lineSeparator() + now : now);
                out.flush();
            }
        }
        return 0;
    }

    private String shown(NodeReport report) {
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        switch (form) {
            case JSON -> out.println(new String(Wire.encode(report), StandardCharsets.UTF_8));
            case TABLE -> table(report, out);
        }
        out.flush();
        return text.toString();
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
        if (report.expiresAt() != null && OUT_OF_TOUCH.contains(report.state())) {
            line(
                    out,
                    "Expires",
                    report.expiresAt() + ": after that it has to be registered again, unless the service hears of it"
                            + " before");
        }
        NodeFacts facts = report.facts();
        if (facts != null) {
            line(out, "Memory", facts.availableMemoryMb() + " MB available");
            line(out, "Processor", facts.cpuUtilization() + " %");
            if (facts.pause() != null) {
                line(
                        out,
                        "Stood still",
                        facts.pause().problem(report.nodeName()).message());
            }
            line(out, "Network", facts.receivedPerSecond() + " B/s in, " + facts.sentPerSecond() + " B/s out");
        }
        if (facts != null) {
            facts.breakers()
                    .forEach(b -> line(
                            out,
                            "Store",
                            b.store() + " of factory " + b.factory() + ": circuit " + b.state() + ", "
                                    + b.failures() + " failures in a row, last " + b.code()
                                    + (b.until() == null ? "" : ", tried again after " + b.until())));
        }
        if (!report.problem().isEmpty()) {
            line(out, "Problem", report.problem());
        }
        if (!report.hop().isEmpty()) {
            line(out, "Failing hop", report.hop() + " (" + report.code() + ")");
        }
        for (AgentStatus.Job job : report.jobs()) {
            line(
                    out,
                    "  " + job.kind(),
                    job.activityName() + ": " + job.progress().phase() + ", "
                            + job.progress().rowsRead() + " rows read, "
                            + job.progress().rowsWritten() + " written, "
                            + job.progress()
                                    .forecast()
                                    .map(f -> f.text() + ", ")
                                    .orElse("")
                            + "process " + job.workerPid());
        }
    }

    static void line(PrintWriter out, String label, String value) {
        out.printf("%-16s %s%n", label, value);
    }
}
