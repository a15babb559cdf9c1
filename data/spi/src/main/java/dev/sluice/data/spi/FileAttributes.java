package dev.sluice.data.spi;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What a store keeps of a file beside its content, and gives to whoever asks for it.
///
/// @param headers `Content-Type`, `Content-Encoding`, `Content-Language`, `Content-Disposition`, `Cache-Control`, as
///     far as they are set; names as HTTP writes them
/// @param metadata the owner's own names and values
/// @param modified when the file that this one is a copy of was changed; empty when it is no copy
public record FileAttributes(Map<String, String> headers, Map<String, String> metadata, Optional<Instant> modified) {
    /// Nothing is set.
    public static final FileAttributes NONE = new FileAttributes(Map.of(), Map.of(), Optional.empty());

    public static final String TYPE = "Content-Type";
    public static final String ENCODING = "Content-Encoding";
    public static final String LANGUAGE = "Content-Language";
    public static final String DISPOSITION = "Content-Disposition";
    public static final String CACHING = "Cache-Control";

    public FileAttributes {
        headers = Map.copyOf(headers);
        metadata = Map.copyOf(metadata);
    }

    /// A header that is set to something.
    public Optional<String> header(String name) {
        return headers.entrySet().stream()
                .filter(h -> h.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .filter(v -> !v.isBlank())
                .findFirst();
    }

    /// The same of a copy of a file of that age.
    public FileAttributes of(Instant age) {
        return new FileAttributes(headers, metadata, Optional.of(age));
    }
}
