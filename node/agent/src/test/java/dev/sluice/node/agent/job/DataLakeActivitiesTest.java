package dev.sluice.node.agent.job;

import dev.sluice.data.testkit.azure.AzuriteServer;
import org.junit.jupiter.api.BeforeEach;

class DataLakeActivitiesTest extends FileActivitiesContract {
    private String fileSystem;

    @BeforeEach
    void fileSystem() {
        fileSystem = Blobs.container().getBlobContainerName();
    }

    @Override
    String service() {
        return "{\"type\":\"AzureBlobFS\",\"typeProperties\":{\"url\":\"%s\",\"accountKey\":\"%s\"}}"
                .formatted(Blobs.server().endpoint(), AzuriteServer.KEY);
    }

    @Override
    String location() {
        return "\"type\":\"AzureBlobFSLocation\",\"fileSystem\":\"" + fileSystem + "\"";
    }

    @Override
    String settings() {
        return "AzureBlobFS";
    }
}
