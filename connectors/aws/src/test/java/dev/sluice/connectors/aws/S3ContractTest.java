package dev.sluice.connectors.aws;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.FaultyProxy;
import dev.sluice.data.testkit.FileStoreContract;
import dev.sluice.data.testkit.TestEndpoint;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

class S3ContractTest extends FileStoreContract {
    private FaultyProxy line;

    @BeforeAll
    static void needsServer() {
        S3Server.started();
    }

    /// The bucket is emptied first: it is the same for all tests.
    @Override
    protected FileStore open() throws IOException {
        line = new FaultyProxy("127.0.0.1", S3Server.started().port());
        FileStore store = new S3Connector()
                .open(
                        TestEndpoint.source()
                                .linkedService(
                                        "AmazonS3Compatible", S3Server.started().service(line.port()))
                                .location("bucketName", "shop")
                                .build(),
                        job);
        try (Stream<FileEntry> all = store.list("", true)) {
            for (FileEntry file : all.toList()) {
                store.delete(file.path());
            }
        }
        return store;
    }

    @AfterEach
    void closeLine() {
        line.close();
    }

    @Override
    protected Set<Capability> capabilities() {
        return new S3Connector().descriptor().capabilities();
    }
}
