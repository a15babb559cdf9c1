package dev.sluice.node.agent.job;

import org.junit.jupiter.api.BeforeEach;

class BlobActivitiesTest extends FileActivitiesContract {
    private String container;

    @BeforeEach
    void container() {
        container = Blobs.container().getBlobContainerName();
    }

    @Override
    String service() {
        return Blobs.service();
    }

    @Override
    String location() {
        return "\"type\":\"AzureBlobStorageLocation\",\"container\":\"" + container + "\"";
    }

    @Override
    String settings() {
        return "AzureBlobStorage";
    }
}
