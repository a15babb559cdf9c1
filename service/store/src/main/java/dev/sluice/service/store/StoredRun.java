package dev.sluice.service.store;

/// The state of a run as it is stored.
///
/// @param version counts its steps, from 1
/// @param state JSON, as it was given
public record StoredRun(String runId, String factory, long version, boolean ended, String state) {}
