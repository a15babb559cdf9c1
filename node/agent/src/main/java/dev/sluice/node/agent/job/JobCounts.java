package dev.sluice.node.agent.job;

import dev.sluice.wire.Forecast;

/// How far a job is.
///
/// @param phase for people: `Starting`, `Copying`
/// @param estimatedRows rows expected, or -1
/// @param estimatedBytes bytes expected to be read, or -1
/// @param copyingMillis since the first data came; 0 before
public record JobCounts(
        String phase,
        long rowsRead,
        long rowsWritten,
        long bytesRead,
        long bytesWritten,
        long estimatedRows,
        long estimatedBytes,
        long copyingMillis) {
    /// Without counters.
    static JobCounts at(String phase) {
        return new JobCounts(phase, 0, 0, 0, 0, -1, -1, 0);
    }

    /// How much is done and how long the rest will take, for people; empty where the source does not tell its size.
    public String forecast() {
        return Forecast.of(rowsRead, estimatedRows, bytesRead, estimatedBytes, copyingMillis)
                .map(Forecast::text)
                .orElse("");
    }
}
