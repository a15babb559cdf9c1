package dev.sluice.wire;

/// How far a running job is; every heartbeat with it renews the job's lease.
///
/// @param phase `Starting`, `Queued`, `Reading`, `Committing` …, for people
/// @param estimatedRows rows expected, or -1
public record JobProgress(
        JobRef job,
        String phase,
        long rowsRead,
        long rowsWritten,
        long bytesRead,
        long bytesWritten,
        long estimatedRows) {}
