package dev.sluice.formats.columnar.parquet;

import java.util.EnumMap;
import java.util.Map;
import org.apache.parquet.format.CompressionCodec;
import org.jspecify.annotations.Nullable;

/// The decompressors one reader has needed so far. Used by its thread, closed by any.
final class Decompressors implements AutoCloseable {
    private final Map<CompressionCodec, Decompressor> open = new EnumMap<>(CompressionCodec.class);

    /// The codec's decompressor, null for uncompressed pages.
    synchronized @Nullable Decompressor of(CompressionCodec codec) {
        return codec == CompressionCodec.UNCOMPRESSED ? null : open.computeIfAbsent(codec, Decompressor::of);
    }

    @Override
    public synchronized void close() {
        open.values().forEach(Decompressor::close);
        open.clear();
    }
}
