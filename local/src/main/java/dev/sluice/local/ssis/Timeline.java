package dev.sluice.local.ssis;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A Gantt view of an execution in text: a line for each executable, and below each data flow one for each of its
/// components, with bars on one scale. One thread at a time.
final class Timeline {
    private static final int WIDTH = 40;
    private static final int LONGEST_LABEL = 44;

    private final List<Line> lines = new ArrayList<>();

    /// @param active time that it worked; what is left of its span it waited
    /// @param rows that a component had; negative for an executable
    record Line(String label, Instant began, Instant ended, Duration active, long rows) {}

    void add(Line line) {
        lines.add(line);
    }

    /// Draws everything between the two moments, in the order in which the lines begin.
    void print(PrintWriter out, Instant from, Instant to) {
        long whole = Math.max(1, Duration.between(from, to).toMillis());
        out.printf(
                "%-" + LONGEST_LABEL + "s |%-" + WIDTH + "s| %10s %10s %12s%n",
                "timeline",
                "",
                "seconds",
                "active",
                "rows");
        for (Line line : lines) {
            long began = Math.clamp(Duration.between(from, line.began()).toMillis(), 0, whole);
            long ended = Math.clamp(Duration.between(from, line.ended()).toMillis(), began, whole);
            int first = (int) Math.min(WIDTH - 1, began * WIDTH / whole);
            int last = (int) Math.min(WIDTH - 1, ended * WIDTH / whole);
            out.printf(
                    Locale.ROOT,
                    "%-" + LONGEST_LABEL + "s |%s%s%s| %10.3f %10.3f %12s%n",
                    shortened(line.label()),
                    " ".repeat(first),
                    (line.rows() < 0 ? "=" : "#").repeat(last - first + 1),
                    " ".repeat(WIDTH - 1 - last),
                    (ended - began) / 1e3,
                    line.active().toNanos() / 1e9,
                    line.rows() < 0 ? "" : String.valueOf(line.rows()));
        }
    }

    private static String shortened(String label) {
        return label.length() <= LONGEST_LABEL ? label : "…" + label.substring(label.length() - LONGEST_LABEL + 1);
    }
}
