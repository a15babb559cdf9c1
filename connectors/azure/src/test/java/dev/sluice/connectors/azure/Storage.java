package dev.sluice.connectors.azure;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.sluice.data.testkit.azure.AzuriteServer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// One Azurite for all tests of the module.
final class Storage {
    private static Optional<AzuriteServer> running;
    private static final AtomicInteger CONTAINERS = new AtomicInteger();

    private Storage() {}

    static synchronized AzuriteServer server() {
        if (running == null) {
            running = AzuriteServer.start();
            running.ifPresent(s -> Runtime.getRuntime().addShutdownHook(new Thread(s::close)));
        }
        assumeTrue(running.isPresent(), "SKIPPED: Azurite needs Node.js and npm");
        return running.orElseThrow();
    }

    static BlobServiceClient client() {
        return new BlobServiceClientBuilder()
                .connectionString(server().connectionString())
                .buildClient();
    }

    /// A new, empty container.
    static BlobContainerClient container() {
        return client().createBlobContainer("test-" + CONTAINERS.incrementAndGet());
    }
}
