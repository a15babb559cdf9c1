package dev.sluice.formats.orc;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.orc.CompressionKind;

/// Data Factory's `Orc` dataset: `orcCompressionCodec` (none, zlib, snappy by default, lzo; zstd and lz4 besides); of a
/// sink's `formatSettings` `maxRowsPerFile` and `fileNamePrefix`. Reading needs no settings: a file describes itself.
public final class OrcFormat implements Format {
    @Override
    public Descriptor descriptor() {
        return new Descriptor(
                "Orc",
                "OrcSource",
                "OrcSink",
                Set.of(
                        Capability.READ,
                        Capability.WRITE,
                        Capability.SPLIT,
                        Capability.RANGED_READ,
                        Capability.STRUCTURES));
    }

    @Override
    public Decoder decoder(Endpoint endpoint) {
        return new OrcDecoder(endpoint.trees());
    }

    @Override
    public Encoder encoder(Endpoint endpoint) {
        Settings format = endpoint.formatSettings();
        return new OrcEncoder(
                codec(endpoint.dataset()),
                format.number("maxRowsPerFile", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE),
                format.text("fileNamePrefix").orElse(""));
    }

    /// How ORC files of one dataset are written.
    private record OrcEncoder(CompressionKind codec, long maxRowsPerFile, String fileNamePrefix) implements Encoder {
        @Override
        public String extension() {
            return ".orc";
        }

        @Override
        public Writer open(FileOutput output, Schema schema, JobContext job) throws IOException {
            if (new HashSet<>(schema.names()).size() < schema.size()) {
                throw DataFaults.MAPPING_INVALID.with(
                        "detail", "two columns have the same name, which an ORC file cannot tell apart");
            }
            return new OrcWriter(output, schema, codec, job);
        }
    }

    private static CompressionKind codec(Settings dataset) {
        String name = dataset.text("orcCompressionCodec").orElse("snappy");
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "none" -> CompressionKind.NONE;
            case "", "snappy" -> CompressionKind.SNAPPY;
            case "zlib" -> CompressionKind.ZLIB;
            case "lzo" -> CompressionKind.LZO;
            case "zstd" -> CompressionKind.ZSTD;
            case "lz4" -> CompressionKind.LZ4;
            default -> throw dataset.wrong("orcCompressionCodec", name, "none, zlib, snappy, lzo, zstd or lz4");
        };
    }
}
