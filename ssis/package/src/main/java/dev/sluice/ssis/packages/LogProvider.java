package dev.sluice.ssis.packages;

/// Where log entries go.
///
/// @param connection name of the connection manager
public record LogProvider(String id, String name, String creationName, String connection) {}
