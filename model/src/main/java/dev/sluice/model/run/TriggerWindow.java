package dev.sluice.model.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A window of a tumbling window trigger whose turn has come.
///
/// @param end the start of the next one
/// @param run its newest trigger run, which holds its status
/// @param pipelineRunId of the attempt under way or the last one; null before the first
/// @param attempt how many pipeline runs were started for this trigger run
/// @param since when its turn came (again)
/// @param notBefore when the next attempt may begin; null: at once
public record TriggerWindow(
        Instant start,
        Instant end,
        TriggerRun run,
        @Nullable String pipelineRunId,
        int attempt,
        Instant since,
        @Nullable Instant notBefore) {
    public TriggerRunStatus status() {
        return run.status();
    }
}
