package dev.sluice.node.tools.update;

/// A file of a version.
///
/// @param path relative, with `/` between its parts
/// @param sha256 of its content, lower-case hex
/// @param modified when it was last changed, in milliseconds since 1970: a start-up cache fits only files of
///     the time it was made with
public record BundleFile(String path, long size, String sha256, long modified) {}
