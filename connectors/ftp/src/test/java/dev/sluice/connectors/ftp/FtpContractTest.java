package dev.sluice.connectors.ftp;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.FileStoreContract;
import dev.sluice.data.testkit.TestEndpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class FtpContractTest extends FileStoreContract {
    @TempDir
    Path folder;

    private FtpServers server;

    @Override
    protected FileStore open() throws IOException {
        try {
            server = new FtpServers(folder, FtpServers.Tls.NONE, folder);
        } catch (Exception e) {
            throw new IOException(e);
        }
        return new FtpConnector()
                .open(
                        TestEndpoint.source()
                                .linkedService("FtpServer", server.service(false))
                                .build(),
                        job);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /// This server takes brackets and question marks for patterns of names.
    @Override
    protected List<String> names() {
        return super.names().stream()
                .filter(name -> !name.startsWith("[") && !name.contains("?"))
                .toList();
    }

    @Override
    protected Set<Capability> capabilities() {
        return new FtpConnector().descriptor().capabilities();
    }
}
