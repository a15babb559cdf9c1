package dev.sluice.connectors.azure;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.FileStoreContract;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_METHOD)
class BlobContractTest extends FileStoreContract {
    private FaultyLine line;
    private String container;

    @BeforeAll
    static void needsAzurite() {
        Storage.server();
    }

    @Override
    protected FileStore open() throws IOException {
        line = new FaultyLine(Storage.server().endpoint());
        container = Storage.container().getBlobContainerName();
        Map<String, Object> service = Map.of(
                "connectionString", line.connectionString(Storage.server().connectionString()));
        return Storage.open(Storage.source(service, container), job);
    }

    @AfterEach
    void closeLine() {
        line.close();
    }

    @Override
    protected Set<Capability> capabilities() {
        return new AzureBlobConnector().descriptor().capabilities();
    }

    @Override
    protected Optional<String> stalledPath() throws IOException {
        Storage.client()
                .getBlobContainerClient(container)
                .getBlobClient("stalled")
                .upload(com.azure.core.util.BinaryData.fromBytes(Storage.random(1 << 20)));
        line.fail(FaultyLine.Fault.STALL, Integer.MAX_VALUE, r -> r.startsWith("GET") && r.contains("stalled"));
        return Optional.of("stalled");
    }
}
