package dev.sluice.node.agent.job;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.sluice.data.testkit.azure.AzuriteServer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One Azurite for all tests of the module.
final class Blobs {
    private static final AtomicInteger CONTAINERS = new AtomicInteger();
    private static @Nullable Optional<AzuriteServer> running;

    private Blobs() {}

    static synchronized AzuriteServer server() {
        Optional<AzuriteServer> server = running;
        if (server == null) {
            server = AzuriteServer.start();
            server.ifPresent(s -> Runtime.getRuntime().addShutdownHook(new Thread(s::close)));
            running = server;
        }
        assumeTrue(server.isPresent(), "SKIPPED: Azurite needs Node.js and npm");
        return server.orElseThrow();
    }

    /// A new container with these blobs, each holding its own name.
    static BlobContainerClient container(String... paths) {
        BlobContainerClient container = new BlobServiceClientBuilder()
                .connectionString(server().connectionString())
                .buildClient()
                .createBlobContainer("jobs-" + CONTAINERS.incrementAndGet());
        for (String path : paths) {
            container.getBlobClient(path).upload(BinaryData.fromString(path));
        }
        return container;
    }

    /// The linked service's `properties`.
    static String service() {
        return "{\"type\":\"AzureBlobStorage\",\"typeProperties\":{\"connectionString\":\"%s\"}}"
                .formatted(server().connectionString());
    }

    static String dataset(String container, String folder, String file) {
        return """
                {"type":"Binary","typeProperties":{"location":{"type":"AzureBlobStorageLocation","container":"%s",
                "folderPath":"%s","fileName":"%s"}}}""".formatted(container, folder, file);
    }
}
