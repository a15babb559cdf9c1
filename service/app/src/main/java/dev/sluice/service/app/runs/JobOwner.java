package dev.sluice.service.app.runs;

import dev.sluice.model.job.JobOutcome;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.RunTransition;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Who is told of the ends of jobs that no run asked for. Called on any thread, more than once for the same job; what
/// it writes is fenced by the job's ending as a run's step is.
public interface JobOwner {
    /// Whether a job is of this owner.
    boolean owns(QueuedJob job);

    /// A node has reported the end of a job.
    ///
    /// @return [RunTransition.Result#APPLIED], or [RunTransition.Result#NOT_HELD] when the node does not hold it
    RunTransition.Result ended(QueuedJob job, String nodeId, JobOutcome outcome);

    /// A job's node is gone.
    ///
    /// @param expiredBy the lease must have run out by then; null when it does not matter
    void lost(QueuedJob job, @Nullable Instant expiredBy);
}
