package dev.sluice.node.agent.job;

/// Whoever waits for a job. Called from several threads.
public interface JobWatch {
    /// Whether the job is to end; it then ends as cancelled, with nothing half written.
    boolean cancelled();

    /// How far the job is, a few times a second.
    void progress(JobCounts counts);
}
