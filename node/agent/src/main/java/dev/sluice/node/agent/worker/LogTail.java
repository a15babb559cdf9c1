package dev.sluice.node.agent.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last lines a worker wrote to stderr: evidence when it dies. Bounded in lines and in length. Thread-safe.
final class LogTail {
    private final int maxLines;
    private final int maxLength;
    private final Deque<String> lines = new ArrayDeque<>();

    LogTail(int maxLines, int maxLength) {
        this.maxLines = maxLines;
        this.maxLength = maxLength;
    }

    synchronized void add(String line) {
        if (lines.size() == maxLines) {
            lines.removeFirst();
        }
        lines.addLast(line.length() > maxLength ? line.substring(0, maxLength) + "…" : line);
    }

    /// Oldest first.
    synchronized List<String> lines() {
        return List.copyOf(lines);
    }
}
