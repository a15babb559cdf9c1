package dev.sluice.node.agent;

import dev.sluice.node.agent.worker.WorkerCommand;
import java.nio.file.Path;

/// What a node is and may use.
///
/// @param nodeName its name in the group
/// @param runtimeName the integration runtime it belongs to
/// @param factoryName the runtime's factory; empty for the service's own auto-resolve group
/// @param version of the software
/// @param maxConcurrentJobs most jobs at once on this machine
/// @param memoryMb of all jobs together; each gets an equal share
/// @param warmWorkers processes that wait for a job
/// @param jobsPerWorker after which a worker process is replaced
/// @param workerLeaveMillis how long an idle worker may take to end when asked
/// @param cancelGraceMillis how long a job may take to end when asked
/// @param folder holds `spool/`, `jobs/` and `scratch/`
public record AgentSettings(
        String nodeName,
        String runtimeName,
        String factoryName,
        String version,
        int maxConcurrentJobs,
        long memoryMb,
        int warmWorkers,
        int jobsPerWorker,
        long workerLeaveMillis,
        long cancelGraceMillis,
        Path folder) {
    /// Most jobs a node is ever made for.
    public static final int MOST_JOBS = 48;

    /// What one job gets when nobody says otherwise.
    private static final int USUAL_GRANT_MB = 512;

    public AgentSettings {
        if (maxConcurrentJobs < 1 || maxConcurrentJobs > MOST_JOBS) {
            throw new IllegalArgumentException("concurrent jobs " + maxConcurrentJobs);
        }
        if (memoryMb / maxConcurrentJobs < WorkerCommand.MIN_GRANT_MB) {
            throw new IllegalArgumentException(memoryMb + " MB is too little for " + maxConcurrentJobs + " jobs");
        }
    }

    /// Memory of one job.
    public int grantMb() {
        return (int) (memoryMb / maxConcurrentJobs);
    }

    /// Half of the machine is a node's, when nobody says otherwise.
    public static long usualMemoryMb(MachineFacts machine) {
        return Math.max(WorkerCommand.MIN_GRANT_MB, machine.totalMemoryMb() / 2);
    }

    /// Two jobs per core, as far as memory allows.
    public static int usualJobs(int cores, long memoryMb) {
        return (int) Math.clamp(Math.min(cores * 2L, memoryMb / USUAL_GRANT_MB), 1, MOST_JOBS);
    }
}
