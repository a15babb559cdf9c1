package dev.sluice.wire;

import java.util.Optional;

/// How far a running job is; every heartbeat with it renews the job's lease.
///
/// @param phase `Starting`, `Queued`, `Reading`, `Committing` …, for people
/// @param estimatedRows rows expected, or -1
/// @param estimatedBytes bytes expected to be read; 0 or less where the source does not tell
/// @param copyingMillis since the first data came; 0 before
public record JobProgress(
        JobRef job,
        String phase,
        long rowsRead,
        long rowsWritten,
        long bytesRead,
        long bytesWritten,
        long estimatedRows,
        long estimatedBytes,
        long copyingMillis) {
    /// Without counters.
    public static JobProgress at(JobRef job, String phase) {
        return new JobProgress(job, phase, 0, 0, 0, 0, -1, -1, 0);
    }

    public JobProgress as(JobRef named, String other) {
        return new JobProgress(
                named,
                other,
                rowsRead,
                rowsWritten,
                bytesRead,
                bytesWritten,
                estimatedRows,
                estimatedBytes,
                copyingMillis);
    }

    /// How far it is, where its source tells.
    public Optional<Forecast> forecast() {
        return Forecast.of(rowsRead, estimatedRows, bytesRead, estimatedBytes, copyingMillis);
    }
}
