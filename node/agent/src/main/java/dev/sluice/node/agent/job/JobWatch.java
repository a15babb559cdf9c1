package dev.sluice.node.agent.job;

import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisStatistic;
import java.util.List;

/// Whoever waits for a job. Called from several threads.
public interface JobWatch {
    /// Whether the job is to end; it then ends as cancelled, with nothing half written.
    boolean cancelled();

    /// How far the job is, a few times a second.
    void progress(JobCounts counts);

    /// What a package of the SSIS catalog has said.
    default void said(List<SsisMessage> messages, List<SsisStatistic> statistics) {}
}
