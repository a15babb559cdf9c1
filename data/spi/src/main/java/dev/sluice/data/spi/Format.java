package dev.sluice.data.spi;

import java.util.Set;

/// A file format. Found with [java.util.ServiceLoader]; stateless.
public interface Format {
    Descriptor descriptor();

    /// How files of this dataset are read; settings are checked here.
    Decoder decoder(Endpoint endpoint);

    /// How files of this dataset are written; settings are checked here.
    Encoder encoder(Endpoint endpoint);

    /// @param name e.g. `DelimitedText`, `Parquet`: the dataset type
    /// @param sourceType e.g. `DelimitedTextSource`
    /// @param sinkType e.g. `DelimitedTextSink`
    record Descriptor(String name, String sourceType, String sinkType, Set<Capability> capabilities) {
        public Descriptor {
            capabilities = Set.copyOf(capabilities);
        }
    }
}
