package dev.sluice.node.app;

import dev.sluice.node.tools.log.LogEntry;
import dev.sluice.node.tools.log.LogFilter;
import dev.sluice.node.tools.log.LogFolder;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = "Shows this node's log, from its data folder; 'logs send' gives it to the service.",
        subcommands = LogsSendCommand.class,
        footer = {
            "",
            "Examples:",
            "  sluice node logs --level WARN --since 2h",
            "  sluice node logs --activity-run ID               what the log has of one activity run",
            "  sluice node logs --follow                        goes on until Ctrl-C",
            "  sluice node logs send                            to the service; prints a report ID"
        })
final class LogsCommand implements Callable<Integer> {
    private static final int MOST_LINES = 100_000;
    private static final long MOST_BYTES = 16 << 20;

    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--lines",
            paramLabel = "N",
            defaultValue = "200",
            description = "The newest N messages (default: ${DEFAULT-VALUE}).")
    private int lines = 200;

    @Option(
            names = "--activity-run",
            paramLabel = "ID",
            defaultValue = "",
            description = "Only what is about this activity run.")
    private String activityRun = "";

    @Option(
            names = "--level",
            paramLabel = "LEVEL",
            defaultValue = "debug",
            description = "The least serious: error, warn, info or debug (default: ${DEFAULT-VALUE}).")
    private String level = "debug";

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Not before: a time with its offset (2026-03-01T02:00:00Z), or how long ago (30m, 2h, 7d).")
    private @Nullable String since;

    @Option(names = "--follow", description = "Go on with what is written from now on, until Ctrl-C.")
    private boolean follow;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORM",
            defaultValue = "text",
            description = "text, or json: an object a line (default: ${DEFAULT-VALUE}).")
    private LogEntry.Form form = LogEntry.Form.TEXT;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        LogFolder folder = new LogFolder(data.folder().logs());
        LogFilter filter = new LogFilter(activityRun, time(since), level.toUpperCase(Locale.ROOT));
        List<LogEntry> shown = folder.newest(filter, Math.clamp(lines, 1, MOST_LINES), MOST_BYTES)
                .entries();
        print(shown, out);
        // A reader that went away is the end of it.
        while (follow && !out.checkError()) {
            TimeUnit.SECONDS.sleep(1);
            List<LogEntry> now = folder.newest(filter, MOST_LINES, MOST_BYTES).entries();
            print(added(shown, now), out);
            shown = now;
        }
        return 0;
    }

    /// What has come behind the last entry that was shown.
    private static List<LogEntry> added(List<LogEntry> before, List<LogEntry> now) {
        int from = before.isEmpty() ? 0 : now.lastIndexOf(before.getLast()) + 1;
        return now.subList(from, now.size());
    }

    private void print(List<LogEntry> entries, PrintWriter out) {
        entries.forEach(entry -> out.println(entry.line(form)));
        out.flush();
    }

    private static @Nullable Instant time(@Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            if (text.matches("\\d{1,6}[smhd]")) {
                String iso = text.endsWith("d") ? "P" + text : "PT" + text;
                return Instant.now().minus(Duration.parse(iso.toUpperCase(Locale.ROOT)));
            }
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "--since " + text + " is neither a time with its offset (2026-03-01T02:00:00Z) nor a span (2h)", e);
        }
    }
}
