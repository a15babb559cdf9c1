package dev.sluice.data.copy.files;

import dev.sluice.data.spi.FileEntry;

/// A file to be read.
///
/// @param relative its path below the folder that was selected from: what a preserved hierarchy keeps
public record SelectedFile(FileEntry entry, String relative) {}
