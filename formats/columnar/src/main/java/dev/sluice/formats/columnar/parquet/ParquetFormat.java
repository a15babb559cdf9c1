package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.Settings;
import java.util.Locale;
import java.util.Set;
import org.apache.parquet.format.CompressionCodec;

/// Data Factory's `Parquet` dataset: `compressionCodec` (none, snappy by default, gzip, zstd, lz4); of a sink's
/// `formatSettings` `maxRowsPerFile` and `fileNamePrefix`. Reading needs no settings: a Parquet file describes itself.
public final class ParquetFormat implements Format {
    private static final String CODECS = "none, snappy, gzip, zstd or lz4";

    @Override
    public Descriptor descriptor() {
        return new Descriptor(
                "Parquet",
                "ParquetSource",
                "ParquetSink",
                Set.of(
                        Capability.READ,
                        Capability.WRITE,
                        Capability.SPLIT,
                        Capability.RANGED_READ,
                        Capability.STRUCTURES));
    }

    @Override
    public Decoder decoder(Endpoint endpoint) {
        return new ParquetDecoder(endpoint.trees());
    }

    @Override
    public Encoder encoder(Endpoint endpoint) {
        Settings format = endpoint.formatSettings();
        return new ParquetEncoder(
                codec(endpoint.dataset()),
                format.number("maxRowsPerFile", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE),
                format.text("fileNamePrefix").orElse(""));
    }

    private static CompressionCodec codec(Settings dataset) {
        String name = dataset.text("compressionCodec").orElse("snappy");
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "none", "uncompressed" -> CompressionCodec.UNCOMPRESSED;
            case "", "snappy" -> CompressionCodec.SNAPPY;
            case "gzip" -> CompressionCodec.GZIP;
            case "zstd" -> CompressionCodec.ZSTD;
            case "lz4", "lz4_raw" -> CompressionCodec.LZ4_RAW;
            default -> throw dataset.wrong("compressionCodec", name, CODECS);
        };
    }
}
