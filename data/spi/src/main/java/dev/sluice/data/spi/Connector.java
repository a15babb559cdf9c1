package dev.sluice.data.spi;

import java.util.Optional;

/// One kind of store. Implementations are found with [java.util.ServiceLoader], have a public no-argument constructor,
/// hold no state and open nothing until asked.
public sealed interface Connector permits TableConnector, FileConnector {
    /// What it is called, which Data Factory types it serves and what it can do.
    ConnectorDescriptor descriptor();

    /// The driver that has to be added on the node before the store can be used; empty when everything is shipped.
    default Optional<DriverNeed> driver() {
        return Optional.empty();
    }
}
