package dev.sluice.data.spi;

import dev.sluice.diagnosis.TriggerFaults;

/// A store of files.
public non-sealed interface FileConnector extends Connector {
    /// Opens the store at the root that the dataset's location names (the linked service's folder, a container, a
    /// bucket); `folderPath` and `fileName` of the location are relative to it and are the engine's business.
    FileStore open(Endpoint endpoint, JobContext job);

    /// Opens a queue in which the store tells what happens to its files; refused where there is no such thing.
    default MessageQueue queue(Endpoint endpoint, String name, JobContext job) {
        throw TriggerFaults.QUEUE_UNSUPPORTED
                .problem()
                .at(endpoint.linkedServiceName())
                .evidence("store", endpoint.linkedServiceName())
                .evidence("type", endpoint.linkedServiceType())
                .exception();
    }

    /// Opens the store and looks for its root. A container or bucket that does not exist is none the worse: whoever is
    /// told so was let in.
    @Override
    default void test(Endpoint endpoint, JobContext job) throws Exception {
        try (FileStore store = open(endpoint, job)) {
            store.findFolder("");
        }
    }
}
