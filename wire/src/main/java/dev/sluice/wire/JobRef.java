package dev.sluice.wire;

/// One attempt at a job: the key by which everything about it is idempotent. Attempts count from 1.
public record JobRef(String jobId, int attempt) {}
