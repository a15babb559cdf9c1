package dev.sluice.node.app;

import dev.sluice.node.tools.log.LogEntry;
import dev.sluice.node.tools.log.LogFolder;
import picocli.CommandLine.Option;

/// How the node's log is written.
final class LogOptions {
    private static final int LARGEST_MB = 1_000;

    @Option(
            names = "--log-format",
            paramLabel = "FORM",
            defaultValue = "json",
            description = "Lines of logs/node.log: json (an object each) or text (default: ${DEFAULT-VALUE}).")
    private LogEntry.Form form = LogEntry.Form.JSON;

    @Option(
            names = "--log-files",
            paramLabel = "N",
            defaultValue = "5",
            description = "Files of the log, the newest included: 2 to 20 (default: ${DEFAULT-VALUE}).")
    private int files = 5;

    @Option(
            names = "--log-file-mb",
            paramLabel = "MB",
            defaultValue = "10",
            description = "Size at which the next file is begun: 1 to 1000 (default: ${DEFAULT-VALUE}).")
    private long megabytes = 10;

    NodeLogging.Files files() {
        if (files < 2 || files > LogFolder.MOST_FILES) {
            throw new IllegalArgumentException("--log-files " + files + ": 2 to " + LogFolder.MOST_FILES);
        }
        if (megabytes < 1 || megabytes > LARGEST_MB) {
            throw new IllegalArgumentException("--log-file-mb " + megabytes + ": 1 to " + LARGEST_MB);
        }
        return new NodeLogging.Files(form, files, megabytes);
    }
}
