package dev.sluice.node.app;

import dev.sluice.node.agent.MachineFacts;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.node.tools.NodeReport;
import dev.sluice.node.tools.log.LogFolder;
import dev.sluice.node.tools.log.LogSender;
import java.nio.file.Path;
import java.time.InstantSource;

/// What is said of a node ahead of its log.
final class NodeAbout {
    private NodeAbout() {}

    static LogSender sender(NodeFolder folder, LogSender.Line line) {
        return new LogSender(
                new LogFolder(folder.logs()),
                line,
                NodeLogging.REDACTION::mask,
                () -> text(folder),
                InstantSource.system());
    }

    private static String text(NodeFolder folder) {
        NodeReport report = NodeReport.of(folder);
        return "Node " + report.nodeName() + " of " + report.runtimeName() + ", version " + NodeVersion.text()
                + ", state " + report.state()
                + (report.problem().isEmpty() ? "" : " (" + report.code() + ": " + report.problem() + ")")
                + ", Java " + System.getProperty("java.version") + ", " + System.getProperty("os.name") + " "
                + System.getProperty("os.version") + " " + System.getProperty("os.arch") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors, "
                + new MachineFacts(Path.of("/proc")).totalMemoryMb() + " MB memory, "
                + report.concurrentJobsLimit() + " jobs at once, log "
                + (folder.settings().verbose() ? "verbose" : "as usual");
    }
}
