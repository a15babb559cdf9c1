package dev.sluice.local;

import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.job.JobCounts;
import java.time.Duration;

/// Executes jobs in this process. Thread-safe.
interface Jobs {
    /// Runs a job to its end on the calling thread; failures are outcomes.
    ///
    /// @param id of the attempt, for temporary names and [#cancel]
    JobOutcome run(String id, JobSpec spec, Duration timeout, Counters counters);

    /// Asks a running job to stop; one that is not running is passed over.
    void cancel(String id);

    /// Receives how far a job is; called often, from the job's threads.
    interface Counters {
        void at(JobCounts now);
    }
}
