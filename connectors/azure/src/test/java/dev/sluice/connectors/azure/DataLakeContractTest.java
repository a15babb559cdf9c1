package dev.sluice.connectors.azure;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.FileStoreContract;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.azure.AzuriteServer;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;

/// `AzureBlobFS` against Azurite's blob service: no account with a hierarchical namespace runs where the tests do.
class DataLakeContractTest extends FileStoreContract {
    @BeforeAll
    static void needsAzurite() {
        Storage.server();
    }

    @Override
    protected FileStore open() {
        return new AzureDataLakeConnector()
                .open(
                        TestEndpoint.source()
                                .linkedService(
                                        "AzureBlobFS",
                                        Map.of(
                                                "url",
                                                Storage.server().endpoint().toString(),
                                                "accountKey",
                                                new SecretValue(AzuriteServer.KEY)))
                                .location("type", "AzureBlobFSLocation")
                                .location("fileSystem", Storage.container().getBlobContainerName())
                                .build(),
                        job);
    }

    @Override
    protected Set<Capability> capabilities() {
        return new AzureDataLakeConnector().descriptor().capabilities();
    }
}
