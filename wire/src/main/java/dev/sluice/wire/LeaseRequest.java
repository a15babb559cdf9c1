package dev.sluice.wire;

/// A node asks for work and waits for it.
///
/// @param freeSlots jobs it can take now
/// @param freeMemoryMb memory it can grant to new jobs now
/// @param waitMillis how long the service may hold the request until there is work; 0 answers at once
public record LeaseRequest(int freeSlots, long freeMemoryMb, long waitMillis) {}
