package dev.sluice.node.app;

import dev.sluice.node.agent.AgentSettings;
import dev.sluice.node.agent.MachineFacts;
import dev.sluice.node.agent.worker.WorkerCommand;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How much of the machine a node may use.
final class CapacityOptions {
    @Option(
            names = "--concurrent-jobs",
            paramLabel = "N",
            description = "Most jobs at once (default: two per core, as far as memory allows; at most 48).")
    private @Nullable Integer concurrentJobs;

    @Option(
            names = "--memory",
            paramLabel = "MB",
            description = "Memory of all jobs together; each gets an equal share (default: half of the machine).")
    private @Nullable Long memoryMb;

    /// @param jobs most at once
    /// @param memoryMb of all together
    record Capacity(int jobs, long memoryMb) {}

    Capacity capacity() {
        MachineFacts machine = new MachineFacts(Path.of("/proc"));
        long memory = memoryMb == null ? AgentSettings.usualMemoryMb(machine) : memoryMb;
        int jobs = concurrentJobs == null
                ? AgentSettings.usualJobs(Runtime.getRuntime().availableProcessors(), memory)
                : concurrentJobs;
        if (jobs < 1 || jobs > AgentSettings.MOST_JOBS) {
            throw new IllegalArgumentException("--concurrent-jobs must be from 1 to " + AgentSettings.MOST_JOBS);
        }
        if (memory / jobs < WorkerCommand.MIN_GRANT_MB) {
            throw new IllegalArgumentException("--memory " + memory + " gives each of " + jobs + " jobs less than "
                    + WorkerCommand.MIN_GRANT_MB + " MB; give more memory or fewer jobs");
        }
        return new Capacity(jobs, memory);
    }
}
