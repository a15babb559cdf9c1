package dev.sluice.data.spi;

import java.time.Instant;
import java.util.Optional;

/// What a store knows of a file beyond its entry.
///
/// @param created empty where the store does not keep it
/// @param contentMd5 in Base64, as the store keeps it; empty where it keeps none. It is never computed here.
public record FileDetails(Optional<Instant> created, Optional<String> contentMd5) {
    /// Nothing is known.
    public static final FileDetails NONE = new FileDetails(Optional.empty(), Optional.empty());
}
