package dev.sluice.formats.avro;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.Settings;
import java.util.Locale;
import java.util.Set;

/// Data Factory's `Avro` dataset: `avroCompressionCodec` (none by default, deflate, snappy, bzip2; zstandard besides),
/// `avroCompressionLevel` (1–9, of deflate); of a sink's `formatSettings` `recordName`, `recordNamespace`,
/// `maxRowsPerFile` and `fileNamePrefix`. Reading needs no settings: a file describes itself.
public final class AvroFormat implements Format {
    @Override
    public Descriptor descriptor() {
        return new Descriptor(
                "Avro",
                "AvroSource",
                "AvroSink",
                Set.of(
                        Capability.READ,
                        Capability.WRITE,
                        Capability.SPLIT,
                        Capability.RANGED_READ,
                        Capability.STRUCTURES));
    }

    @Override
    public Decoder decoder(Endpoint endpoint) {
        return new AvroDecoder(endpoint.trees());
    }

    @Override
    public Encoder encoder(Endpoint endpoint) {
        Settings format = endpoint.formatSettings();
        String name = format.text("recordName").filter(s -> !s.isBlank()).orElse("row");
        String space = format.text("recordNamespace").orElse("");
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw format.wrong("recordName", name, "letters, digits and _");
        }
        if (!space.matches("([A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*)?")) {
            throw format.wrong("recordNamespace", space, "names of letters, digits and _, with points between them");
        }
        return new AvroEncoder(
                codec(endpoint.dataset()),
                endpoint.dataset()
                        .number("avroCompressionLevel", 1, 9)
                        .orElse(6L)
                        .intValue(),
                name,
                space,
                format.number("maxRowsPerFile", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE),
                format.text("fileNamePrefix").orElse(""));
    }

    private static AvroCodec codec(Settings dataset) {
        String name = dataset.text("avroCompressionCodec").orElse("none");
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "", "none", "null" -> AvroCodec.NULL;
            case "deflate" -> AvroCodec.DEFLATE;
            case "snappy" -> AvroCodec.SNAPPY;
            case "bzip2" -> AvroCodec.BZIP2;
            case "zstandard", "zstd" -> AvroCodec.ZSTANDARD;
            default -> throw dataset.wrong("avroCompressionCodec", name, "none, deflate, snappy, bzip2 or zstandard");
        };
    }
}
