package dev.sluice.connectors.azure;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.azure.AzuriteServer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One Azurite for all tests of the module.
final class Storage {
    private static @Nullable Optional<AzuriteServer> running;
    private static final AtomicInteger CONTAINERS = new AtomicInteger();

    private Storage() {}

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

    static BlobServiceClient client() {
        return new BlobServiceClientBuilder()
                .connectionString(server().connectionString())
                .buildClient();
    }

    /// A new, empty container.
    static BlobContainerClient container() {
        return client().createBlobContainer(newName());
    }

    /// The name of a container that does not exist.
    static String newName() {
        return "test-" + CONTAINERS.incrementAndGet();
    }

    static Map<String, Object> service() {
        return Map.of("connectionString", server().connectionString());
    }

    static TestEndpoint source(Map<String, ?> service, String container) {
        return TestEndpoint.source()
                .linkedService("AzureBlobStorage", service)
                .location("type", "AzureBlobStorageLocation")
                .location("container", container);
    }

    static TestEndpoint sink(Map<String, ?> service, String container) {
        return TestEndpoint.sink()
                .linkedService("AzureBlobStorage", service)
                .location("type", "AzureBlobStorageLocation")
                .location("container", container);
    }

    static FileStore open(TestEndpoint endpoint, JobContext job) {
        return new AzureBlobConnector().open(endpoint.build(), job);
    }

    static void put(FileStore store, String path, byte[] content) throws IOException {
        try (FileOutput out = store.create(path)) {
            out.write(content, 0, content.length);
            out.finish();
            out.publish();
        }
    }

    static byte[] get(FileStore store, String path) throws IOException {
        FileEntry entry = store.find(path).orElseThrow();
        try (FileInput in = store.open(entry);
                InputStream stream = in.stream(0, Long.MAX_VALUE)) {
            return stream.readAllBytes();
        }
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }
}
