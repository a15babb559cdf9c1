package dev.sluice.cli.client;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/// The activities of a run as a tree that is drawn over itself on a terminal. For one thread.
public final class RunTree {
    private static final int MAX_LINES = 40;

    private final PrintWriter out;
    private int drawn;

    public RunTree(PrintWriter out) {
        this.out = out;
    }

    /// Draws the tree in place of the one before.
    public void draw(List<RunWatch.Activity> activities) {
        if (drawn > 0) {
            out.print("\u001b[" + drawn + "A\u001b[J");
        }
        List<String> lines = lines(activities);
        lines.forEach(out::println);
        out.flush();
        drawn = lines.size();
    }

    /// One line for each activity, those inside containers indented; only the last when there are too many.
    static List<String> lines(List<RunWatch.Activity> activities) {
        List<String> lines = activities.stream().map(RunTree::line).toList();
        return lines.size() <= MAX_LINES ? lines : lines.subList(lines.size() - MAX_LINES, lines.size());
    }

    private static String line(RunWatch.Activity a) {
        int slash = a.name().lastIndexOf('/');
        int depth = (int) a.name().chars().filter(c -> c == '/').count();
        String name = "  ".repeat(depth) + mark(a.status()) + " " + around(a.name(), slash)
                + a.name().substring(slash + 1);
        String counters = a.rows() == 0 && a.bytes() == 0
                ? ""
                : String.format(Locale.ROOT, "  %,d rows  %.1f MB/s", a.rows(), a.megabytesPerSecond());
        return String.format(
                Locale.ROOT,
                "%-44s %-12s %8.1f s%s%s%s",
                name,
                a.status(),
                a.millis() / 1e3,
                a.phase().isEmpty() ? "" : "  " + a.phase(),
                counters,
                a.forecast().isEmpty() ? "" : "  " + a.forecast());
    }

    /// The iteration that an activity belongs to, in front of its name.
    private static String around(String path, int slash) {
        int open = slash < 0 ? -1 : path.lastIndexOf('[', slash);
        return open > 0 && path.charAt(slash - 1) == ']' ? path.substring(open, slash) + " " : "";
    }

    private static String mark(String status) {
        return switch (status) {
            case "Succeeded" -> "✓";
            case "Failed" -> "✗";
            case "Cancelled", "Canceling" -> "■";
            case "Skipped" -> "–";
            case "InProgress" -> "▶";
            default -> "·";
        };
    }
}
