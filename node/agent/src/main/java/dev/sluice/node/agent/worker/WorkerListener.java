package dev.sluice.node.agent.worker;

import dev.sluice.wire.JobProgress;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisStatistic;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Hears of one job in a worker. Called on the worker's reader thread, in this order: started, progress…, then
/// exactly one of ended and died. Must not block.
public interface WorkerListener {
    void started();

    void progress(JobProgress progress);

    /// What a package of the SSIS catalog has said; between started and the end.
    default void said(List<SsisMessage> messages, List<SsisStatistic> statistics) {}

    void ended(JsonNode outcome);

    void died(Death death);
}
