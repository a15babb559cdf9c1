package dev.sluice.node.agent.worker;

import dev.sluice.wire.JobProgress;
import tools.jackson.databind.JsonNode;

/// Hears of one job in a worker. Called on the worker's reader thread, in this order: started, progress…, then
/// exactly one of ended and died. Must not block.
public interface WorkerListener {
    void started();

    void progress(JobProgress progress);

    void ended(JsonNode outcome);

    void died(Death death);
}
