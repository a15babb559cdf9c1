package dev.sluice.data.copy;

import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.ProblemException;

/// Runs one copy activity.
public final class Copy {
    /// How often a running copy looks whether its job was cancelled.
    private static final long WATCH_MILLIS = 100;

    private Copy() {}

    /// Copies, and returns when everything is committed and nothing of the copy runs or is open any more.
    ///
    /// The caller's thread only watches; the copy has threads of its own, named after the run. When the job is
    /// cancelled, everything open is closed and the copy ends within a second.
    ///
    /// @throws ProblemException when it failed or was cancelled; the sink then holds what it held before
    public static CopyResult run(CopySpec spec, Connectors connectors, JobContext job, ProgressListener listener) {
        return run(spec, connectors, job, listener, Runtime.getRuntime().availableProcessors());
    }

    /// @param cores processors the copy may keep busy
    public static CopyResult run(
            CopySpec spec, Connectors connectors, JobContext job, ProgressListener listener, int cores) {
        return spec.staging()
                .map(place -> new StagedCopy(spec, place, connectors, job)
                        .run(hop -> once(hop, connectors, job, listener, cores)))
                .orElseGet(() -> once(spec, connectors, job, listener, cores));
    }

    private static CopyResult once(
            CopySpec spec, Connectors connectors, JobContext job, ProgressListener listener, int cores) {
        CopyRun run = new CopyRun(spec, connectors, job, listener, cores);
        Thread planner = Thread.ofPlatform().name("plan " + spec.runId()).start(run::execute);
        boolean interrupted = false;
        boolean told = false;
        while (planner.isAlive()) {
            try {
                planner.join(WATCH_MILLIS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
            if (!told && (interrupted || job.cancelled())) {
                told = true;
                run.cancel(planner);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return run.result();
    }
}
