package dev.sluice.wire;

/// One attempt at a job, as it was offered: the key by which everything about it is idempotent. Attempts count from 1.
///
/// @param offer how often this attempt was offered before and came back because no node confirmed it. What is said of
/// an
///     earlier offer changes nothing, and names of temporary things differ between offers
public record JobRef(String jobId, int attempt, int offer) {
    /// An attempt that is offered for the first time.
    public JobRef(String jobId, int attempt) {
        this(jobId, attempt, 0);
    }

    /// The attempt, whichever offer it is.
    public JobRef first() {
        return new JobRef(jobId, attempt);
    }
}
