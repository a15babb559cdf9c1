package dev.sluice.ssis.packages;

/// A package configuration (package deployment model): where values come from before the package runs.
///
/// @param type 0 parent variable, 1 XML file, 2 environment variable, 3 registry, 4 parent variable named in an
///     environment variable, 5 XML file named there, 6 registry key named there, 7 SQL Server table, 8 SQL Server
///     table named there
/// @param string where it is, by type
/// @param target property path for the types that carry one value; empty otherwise
public record Configuration(String name, int type, String string, String target) {}
