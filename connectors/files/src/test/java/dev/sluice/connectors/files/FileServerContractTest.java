package dev.sluice.connectors.files;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.FileStoreContract;
import dev.sluice.data.testkit.TestEndpoint;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;

class FileServerContractTest extends FileStoreContract {
    @TempDir
    Path root;

    private final FileServerConnector connector = new FileServerConnector();

    @Override
    protected FileStore open() {
        return connector.open(
                TestEndpoint.source()
                        .linkedService("FileServer", Map.of("host", root.toString()))
                        .build(),
                job);
    }

    @Override
    protected Set<Capability> capabilities() {
        return connector.descriptor().capabilities();
    }
}
