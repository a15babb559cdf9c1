package dev.sluice.wire;

/// A node is about to run a package of the catalog and asks for what it needs. Saying it twice is the same as saying it
/// once.
///
/// @param job that it holds
public record SsisBegin(JobRef job) {}
