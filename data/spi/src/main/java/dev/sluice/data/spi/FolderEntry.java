package dev.sluice.data.spi;

import java.time.Instant;
import java.util.Optional;

/// A folder as its store lists it.
///
/// @param path relative to the store's root; `""` is the root
/// @param created empty where the store does not keep it
/// @param modified empty where the store does not keep it, as in stores whose folders are parts of names
public record FolderEntry(String path, Optional<Instant> created, Optional<Instant> modified) {
    /// The last part of the path.
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
