package dev.sluice.connectors.jdbc.relational;

/// A physical partition of a table.
///
/// @param name as the system calls it
/// @param from what stands after FROM for its rows
public record Partition(String name, String from) {}
