package dev.sluice.data.spi;

import java.time.Instant;

/// A file as its store lists it.
///
/// @param path relative to the store's root
/// @param size bytes
/// @param version changes when the content does (etag; size and time where there is nothing better)
public record FileEntry(String path, long size, Instant modified, String version) {
    /// The last part of the path.
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
