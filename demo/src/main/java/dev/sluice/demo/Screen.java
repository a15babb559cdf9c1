package dev.sluice.demo;

import dev.sluice.cli.client.RunWatch;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the demo shows: steps, and live counters of the activities. On a terminal the counters are redrawn in place;
/// elsewhere each activity gets a line when it ends.
final class Screen {
    private final PrintStream out;
    private final boolean live;
    private final long started = System.nanoTime();
    private final Set<String> ended = new HashSet<>();
    private int drawn;

    Screen(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    void step(String text) {
        out.printf("%6.1f s  %s%n", (System.nanoTime() - started) / 1e9, text);
    }

    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    void print(String text) {
        out.print(text);
        out.flush();
    }

    /// Shows the counters as they are now.
    void progress(List<RunWatch.Activity> activities) {
        if (live) {
            StringBuilder frame = new StringBuilder();
            if (drawn > 0) {
                frame.append("\033[").append(drawn).append('A');
            }
            for (RunWatch.Activity a : activities) {
                frame.append("\033[2K          ").append(line(a)).append('\n');
            }
            drawn = activities.size();
            print(frame.toString());
            return;
        }
        for (RunWatch.Activity a : activities) {
            if (a.isOver() && ended.add(a.name())) {
                print("          " + line(a) + System.lineSeparator());
            }
        }
    }

    private static String line(RunWatch.Activity a) {
        return "%-28s %-11s %,12d rows %8.1f MB %8.1f MB/s"
                .formatted(a.name(), a.status(), a.rows(), a.bytes() / 1e6, a.megabytesPerSecond());
    }
}
