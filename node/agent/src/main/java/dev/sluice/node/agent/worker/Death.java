package dev.sluice.node.agent.worker;

import java.util.List;

/// How a worker process ended.
///
/// @param exit in words: `exit code 3`, `signal 9 (SIGKILL)`
/// @param outOfMemory whether the JVM ended itself because its heap or off-heap grant was used up
/// @param lastLines of its log, oldest first
public record Death(long pid, String exit, boolean outOfMemory, List<String> lastLines) {
    public Death {
        lastLines = List.copyOf(lastLines);
    }

    static Death of(long pid, int exitValue, List<String> lastLines) {
        boolean memory = exitValue == OUT_OF_MEMORY && lastLines.stream().anyMatch(l -> l.contains("OutOfMemoryError"));
        return new Death(pid, words(exitValue), memory, lastLines);
    }

    /// What `-XX:+ExitOnOutOfMemoryError` ends a JVM with.
    private static final int OUT_OF_MEMORY = 3;

    private static String words(int exitValue) {
        if (exitValue <= 128 || exitValue > 128 + 64) {
            return "exit code " + exitValue;
        }
        int signal = exitValue - 128;
        String name = switch (signal) {
            case 6 -> " (SIGABRT)";
            case 7 -> " (SIGBUS)";
            case 9 -> " (SIGKILL)";
            case 11 -> " (SIGSEGV)";
            case 15 -> " (SIGTERM)";
            default -> "";
        };
        return "signal " + signal + name;
    }
}
