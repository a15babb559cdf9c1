package dev.sluice.data.copy;

import dev.sluice.data.spi.Endpoint;

/// Where rows are kept on their way: `stagingSettings`.
///
/// @param endpoint a store of files, at the root that `folder` is below
/// @param folder of the activity's `path`; empty for the root
/// @param compress whether the files are packed (`enableCompression`)
public record Staging(Endpoint endpoint, String folder, boolean compress) {}
