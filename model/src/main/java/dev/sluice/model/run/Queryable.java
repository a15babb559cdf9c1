package dev.sluice.model.run;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A run record that a [RunFilter] can be asked about.
public sealed interface Queryable permits PipelineRun, ActivityRun, TriggerRun {
    /// Unique among records of its sort.
    String id();

    Instant lastUpdated();

    /// The record's value for an operand, timestamps in the form of [Timestamps]; null when it has none.
    @Nullable
    String value(Operand operand);
}
