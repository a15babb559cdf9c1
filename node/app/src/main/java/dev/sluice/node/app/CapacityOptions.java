package dev.sluice.node.app;

import dev.sluice.diagnosis.PreflightFaults;
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
        int most = most(memory);
        if (most < 1) {
            throw new IllegalArgumentException("--memory " + memory + " is less than the " + WorkerCommand.MIN_GRANT_MB
                    + " MB that one job gets at least");
        }
        if (jobs < 1 || jobs > most) {
            throw PreflightFaults.JOBS_OUT_OF_RANGE.with(
                    "value",
                    jobs,
                    "most",
                    most,
                    "memory",
                    memory,
                    "grant",
                    WorkerCommand.MIN_GRANT_MB,
                    "cap",
                    AgentSettings.MOST_JOBS);
        }
        return new Capacity(jobs, memory);
    }

    private static int most(long memoryMb) {
        return (int) Math.clamp(memoryMb / WorkerCommand.MIN_GRANT_MB, 0, AgentSettings.MOST_JOBS);
    }

    /// How many jobs at once this machine is good for, and why.
    ///
    /// @param usual when nobody says otherwise
    /// @param most allowed
    record Range(int usual, int most, int cores, long memoryMb) {
        String text() {
            return "1 to " + most + " jobs at once, usually " + usual + ": " + cores + " cores (two jobs each), "
                    + memoryMb
                    + " MB for jobs, at least " + WorkerCommand.MIN_GRANT_MB + " MB each, at most "
                    + AgentSettings.MOST_JOBS + " on any node";
        }
    }

    Range range() {
        long memory = memoryMb == null ? AgentSettings.usualMemoryMb(new MachineFacts(Path.of("/proc"))) : memoryMb;
        int cores = Runtime.getRuntime().availableProcessors();
        return new Range(AgentSettings.usualJobs(cores, memory), most(memory), cores, memory);
    }
}
