package dev.sluice.wire;

/// Asks for a piece of the archive of an execution's project. The answer is the bytes; none behind the end.
///
/// @param piece counts from 0
public record SsisPiece(JobRef job, long executionId, int piece) {}
