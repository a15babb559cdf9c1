package dev.sluice.service.store;

import java.time.Instant;

/// A timer of a run.
public record DueTimer(String runId, String name, Instant due) {}
