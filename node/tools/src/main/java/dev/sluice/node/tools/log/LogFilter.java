package dev.sluice.node.tools.log;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which entries are meant.
///
/// @param activityRun id of one; empty for all entries
/// @param since the earliest time; null for any
/// @param level the least serious one: `DEBUG` for all
public record LogFilter(String activityRun, @Nullable Instant since, String level) {
    private static final List<String> LEVELS = List.of("ERROR", "WARN", "INFO", "DEBUG", "TRACE");

    /// Everything.
    public static final LogFilter ALL = new LogFilter("", null, "TRACE");

    public LogFilter {
        if (!LEVELS.contains(level)) {
            throw new IllegalArgumentException("level " + level + " is none of " + LEVELS);
        }
    }

    /// What is about that activity run.
    public static LogFilter ofActivityRun(String activityRun) {
        return new LogFilter(activityRun, null, "TRACE");
    }

    /// @param jobs the attempts at jobs that the activity run was
    boolean takes(LogEntry entry, Set<String> jobs) {
        return (since == null || !entry.time().isBefore(since))
                && LEVELS.indexOf(entry.level()) <= LEVELS.indexOf(level)
                && (activityRun.isEmpty() || isAbout(entry, jobs));
    }

    /// An entry says which activity run it is about; those of others that speak of its job name that.
    private boolean isAbout(LogEntry entry, Set<String> jobs) {
        return entry.job().isEmpty()
                ? jobs.stream().anyMatch(job -> names(entry.message(), job))
                : entry.activityRun().equals(activityRun);
    }

    /// The name as a whole: of `j1-1` and `j1-12` each is another's.
    private static boolean names(String message, String job) {
        int at = message.indexOf(job);
        while (at >= 0) {
            int end = at + job.length();
            if ((at == 0 || !isPart(message.charAt(at - 1)))
                    && (end == message.length() || !isPart(message.charAt(end)))) {
                return true;
            }
            at = message.indexOf(job, at + 1);
        }
        return false;
    }

    private static boolean isPart(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_';
    }
}
