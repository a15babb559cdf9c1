package dev.sluice.data.spi;

import dev.sluice.data.batch.MemoryBudget;
import java.nio.file.Path;
import java.time.InstantSource;

/// What a job offers to the connectors that work for it. Thread-safe.
public interface JobContext {
    /// The job's memory; large buffers of a connector are reserved here.
    MemoryBudget memory();

    /// Identity of the attempt, the same when the same attempt is run again: part of temporary names.
    String attemptId();

    /// Identity of the job, the same for all its attempts: by it a store knows that the job has been done, when its
    /// report was lost. Where jobs have no attempts, that of the attempt.
    default String jobId() {
        return attemptId();
    }

    /// A folder for temporary files, removed after the job.
    Path scratch();

    InstantSource clock();

    /// Whether the job was cancelled; loops that may run long look at it. Blocked calls are ended by `close()`.
    boolean cancelled();

    /// Rows were read from the source: waits where it may be read only so fast. Called by the engine after each batch,
    /// on the thread that read it; returns early when the job is cancelled.
    default void pace(long rows) {}
}
