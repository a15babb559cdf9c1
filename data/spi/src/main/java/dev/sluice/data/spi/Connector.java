package dev.sluice.data.spi;

import java.util.Optional;

/// One kind of store. Implementations are found with [java.util.ServiceLoader], have a public no-argument constructor,
/// hold no state and open nothing until asked.
public sealed interface Connector permits TableConnector, FileConnector {
    /// What it is called, which Data Factory types it serves and what it can do.
    ConnectorDescriptor descriptor();

    /// Finds out whether the linked service leads to the store: connects, proves who it is, and leaves. Changes
    /// nothing. Called on a thread of the job's, which is interrupted when the job is cancelled.
    ///
    /// @param endpoint of which the linked service counts; where a store has containers or buckets, its location
    ///     names one that need not exist
    /// @throws Exception why not: a located problem, or what the client library says
    void test(Endpoint endpoint, JobContext job) throws Exception;

    /// The driver that has to be added on the node before the store can be used; empty when everything is shipped.
    default Optional<DriverNeed> driver() {
        return Optional.empty();
    }
}
