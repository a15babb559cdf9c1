package dev.sluice.connectors.azure;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.FileStoreContract;
import dev.sluice.data.testkit.TestEndpoint;
import java.util.Map;
import java.util.Set;

class BlobContractTest extends FileStoreContract {
    private final AzureBlobConnector connector = new AzureBlobConnector();

    @Override
    protected FileStore open() {
        return connector.open(
                TestEndpoint.source()
                        .linkedService(
                                "AzureBlobStorage",
                                Map.of("connectionString", Storage.server().connectionString()))
                        .location("container", Storage.container().getBlobContainerName())
                        .build(),
                job);
    }

    @Override
    protected Set<Capability> capabilities() {
        return connector.descriptor().capabilities();
    }
}
