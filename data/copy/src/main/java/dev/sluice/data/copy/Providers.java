package dev.sluice.data.copy;

import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.Format;
import java.util.List;
import java.util.Optional;

/// Connectors and formats, found by the types they serve (compared without regard to case). Thread-safe.
interface Providers {
    /// Those that serve a linked service of this type, in their order.
    List<Connector> serving(String linkedServiceType);

    /// The format of datasets of this type.
    Optional<Format> format(String datasetType);

    List<Connector> connectors();

    List<Format> formats();

    /// Those that one was given.
    record Given(List<Connector> connectors, List<Format> formats) implements Providers {
        @Override
        public List<Connector> serving(String linkedServiceType) {
            return connectors.stream()
                    .filter(c -> Connectors.contains(c.descriptor().linkedServiceTypes(), linkedServiceType))
                    .toList();
        }

        @Override
        public Optional<Format> format(String datasetType) {
            return formats.stream()
                    .filter(f -> f.descriptor().name().equalsIgnoreCase(datasetType))
                    .findFirst();
        }
    }
}
