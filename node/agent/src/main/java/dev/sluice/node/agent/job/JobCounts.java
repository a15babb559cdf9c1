package dev.sluice.node.agent.job;

/// How far a job is.
///
/// @param phase for people: `Starting`, `Copying`
/// @param estimatedRows rows expected, or -1
public record JobCounts(
        String phase, long rowsRead, long rowsWritten, long bytesRead, long bytesWritten, long estimatedRows) {}
