package dev.sluice.node.tools.log;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which entries are meant.
///
/// @param job id of a job, whatever the attempt; empty for all entries
/// @param since the earliest time; null for any
/// @param level the least serious one: `DEBUG` for all
public record LogFilter(String job, @Nullable Instant since, String level) {
    private static final List<String> LEVELS = List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE");

    /// Everything.
    public static final LogFilter ALL = new LogFilter("", null, "TRACE");

    public LogFilter {
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException("level " + level + " is none of " + LEVELS);
        }
    }

    /// What is about that job.
    public static LogFilter ofJob(String job) {
        return new LogFilter(job, null, "TRACE");
    }

    boolean takes(LogEntry entry) {
        return (since == null || !entry.time().isBefore(since))
                && LEVELS.indexOf(entry.level()) <= LEVELS.indexOf(level)
                && (job.isEmpty() || isAbout(entry));
    }

    /// An entry says which attempt it is about; older lines, and those of others who speak of it, name it.
    private boolean isAbout(LogEntry entry) {
        return entry.job().isEmpty()
                ? entry.message().contains(job + "-")
                : entry.job().startsWith(job + "-");
    }
}
